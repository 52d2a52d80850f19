namespace OrleansTasks;

/// <summary>Rules for clock changes that came in a message may be none.</summary>
internal static class ClockRules
{
    public static void Check(GapRule? gap, OverlapRule? overlap)
    {
        if (gap is { } g && !Enum.IsDefined(g))
        {
            throw new InvalidTaskException(null, [$"gap is {(int)g}, which is no {nameof(GapRule)}."]);
        }

        if (overlap is { } o && !Enum.IsDefined(o))
        {
            throw new InvalidTaskException(null, [$"overlap is {(int)o}, which is no {nameof(OverlapRule)}."]);
        }
    }
}
