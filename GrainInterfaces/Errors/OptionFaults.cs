using OrleansTasks.Text;

namespace OrleansTasks.Errors;

/// <summary>
/// Finds faults in options that several kinds of request have in common. The client reports them at once, and the silo reports them to
/// callers without a client.
/// </summary>
internal static class OptionFaults
{
    // The maximum of timers.
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(int.MaxValue);

    public static IEnumerable<string> OfTimeout(string name, TimeSpan? timeout)
    {
        if (timeout is { } value && (value <= TimeSpan.Zero || value > LongestWait))
        {
            yield return $"{name} is {value}; it must be positive and at most 24 days, or null for none.";
        }
    }

    /// <summary>Returns the faults of an enum value.</summary>
    public static IEnumerable<string> OfEnum<T>(string name, T? value)
        where T : struct, Enum
    {
        if (value is { } chosen && !Enum.IsDefined(chosen))
        {
            yield return EnumText.Fault(name, chosen);
        }
    }

    /// <summary>Returns the fault of a wait, or null if there is none.</summary>
    public static string? OfWait(string name, TimeSpan wait) =>
        wait < TimeSpan.Zero || wait > LongestWait ? $"{name} is {wait}; zero to 24 days are allowed." : null;

    public static IEnumerable<string> OfTypeNames(string name, IReadOnlyList<string>? types)
    {
        if (types is null || types.Count > 32 || types.Any(t => t is not { Length: > 0 and <= 300 }))
        {
            yield return $"{name} is not valid; at most 32 names of exception types, of 1 to 300 characters each, are allowed.";
        }
    }
}
