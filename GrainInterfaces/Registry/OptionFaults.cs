namespace OrleansTasks;

/// <summary>What is wrong with options that several kinds of request have in common; the client says it at once, and the silo to those who have no client.</summary>
internal static class OptionFaults
{
    public static IEnumerable<string> OfTimeout(string name, TimeSpan? timeout)
    {
        // Timers take no longer ones.
        if (timeout is { } value && (value <= TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue))
        {
            yield return $"{name} is {value}; it must be positive and at most 24 days, or null for none.";
        }
    }

    public static IEnumerable<string> OfGuarantee(string name, RunGuarantee? guarantee)
    {
        if (guarantee is { } value && !Enum.IsDefined(value))
        {
            yield return $"{name} is {(int)value}, which is no RunGuarantee.";
        }
    }
}
