using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Handles rules for clock changes. Values in messages may be undefined.</summary>
internal static class ClockRules
{
    public static void Check(GapRule? gap, OverlapRule? overlap)
    {
        if (gap is { } g && !Enum.IsDefined(g))
        {
            throw new InvalidTaskException(null, [EnumText.Fault("gap", g)]);
        }

        if (overlap is { } o && !Enum.IsDefined(o))
        {
            throw new InvalidTaskException(null, [EnumText.Fault("overlap", o)]);
        }
    }

    /// <summary>Returns the chosen rules for clock changes, as clauses of a description. Empty if none was chosen.</summary>
    public static IReadOnlyList<string> InWords(GapRule? gap, OverlapRule? overlap)
    {
        var forward = gap switch
        {
            GapRule.FirstValid => "at the first valid time if a time does not exist when clocks go forward",
            GapRule.Shift => "later by the length of the gap if a time does not exist when clocks go forward",
            GapRule.Skip => "skipping times that do not exist when clocks go forward",
            _ => null,
        };
        var back = overlap switch
        {
            OverlapRule.First => "only the first time if a time repeats when clocks go back",
            OverlapRule.Second => "only the second time if a time repeats when clocks go back",
            OverlapRule.Both => "both times if a time repeats when clocks go back",
            _ => null,
        };
        return [.. new[] { forward, back }.OfType<string>()];
    }
}
