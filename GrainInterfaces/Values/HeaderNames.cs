namespace OrleansTasks.Values;

/// <summary>Sets of headers that options name: a name, in whatever case, or the beginning of names with <c>*</c> after it. Pure.</summary>
internal static class HeaderNames
{
    /// <summary>Those of some headers that are named; null if there are none.</summary>
    public static TaskHeaders? Named(this TaskHeaders? headers, ICollection<string> names) =>
        headers is null or { Count: 0 } || names.Count == 0 ? null : headers.Only(h => IsNamed(h, names));

    /// <summary>Those that are not named; null if there are none.</summary>
    public static TaskHeaders? NotNamed(this TaskHeaders? headers, ICollection<string> names) =>
        headers is null or { Count: 0 } ? null : names.Count == 0 ? headers : headers.Only(h => !IsNamed(h, names));

    /// <summary>What is wrong with such a set, a sentence each.</summary>
    public static IEnumerable<string> Faults(string option, IEnumerable<string> names) =>
        names.Where(static n => n != "*" && TaskHeaders.NameFault(n.EndsWith('*') ? n[..^1] : n) is not null)
            .Select(n => $"{option}: {TaskHeaders.NameFault(n)}, optionally followed by * for all names that begin with it.");

    private static bool IsNamed(string header, ICollection<string> names) =>
        names.Any(n => n.EndsWith('*') ? header.AsSpan().StartsWith(n.AsSpan(0, n.Length - 1), StringComparison.OrdinalIgnoreCase) : n.Equals(header, StringComparison.OrdinalIgnoreCase));
}
