namespace OrleansTasks.Values;

/// <summary>Handles sets of header names in options: a name in any case, or the start of names followed by <c>*</c>. Pure.</summary>
internal static class HeaderNames
{
    /// <summary>Returns the headers whose names are in the set, or null if there are none.</summary>
    public static TaskHeaders? Named(this TaskHeaders? headers, ICollection<string> names) =>
        headers is null or { Count: 0 } || names.Count == 0 ? null : headers.Only(h => IsNamed(h, names));

    /// <summary>Returns the headers whose names are not in the set, or null if there are none.</summary>
    public static TaskHeaders? NotNamed(this TaskHeaders? headers, ICollection<string> names) =>
        headers is null or { Count: 0 } ? null : names.Count == 0 ? headers : headers.Only(h => !IsNamed(h, names));

    /// <summary>Returns the faults of such a set, one sentence for each.</summary>
    public static IEnumerable<string> Faults(string option, IEnumerable<string> names) =>
        names.Where(static n => n != "*" && TaskHeaders.NameFault(n.EndsWith('*') ? n[..^1] : n) is not null)
            .Select(n => $"{option}: {TaskHeaders.NameFault(n)}, optionally followed by * for all names that begin with it.");

    private static bool IsNamed(string header, ICollection<string> names) =>
        names.Any(
            n => n.EndsWith('*')
                ? header.AsSpan().StartsWith(n.AsSpan(0, n.Length - 1), StringComparison.OrdinalIgnoreCase)
                : n.Equals(header, StringComparison.OrdinalIgnoreCase));
}
