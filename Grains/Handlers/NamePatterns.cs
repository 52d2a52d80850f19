namespace OrleansTasks.Handlers;

/// <summary>Matches names against patterns such as <c>mail-*,report,!mail-test</c>.</summary>
internal sealed class NamePatterns
{
    private const char Any = '*';
    private readonly IReadOnlyList<string> _wanted;
    private readonly IReadOnlyList<string> _unwanted;

    private NamePatterns(IReadOnlyList<string> wanted, IReadOnlyList<string> unwanted) => (_wanted, _unwanted) = (wanted, unwanted);

    /// <summary>Parses patterns that are separated by commas. If each one excludes names, all other names match.</summary>
    public static NamePatterns Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var wanted = parts.Where(static p => p[0] != '!').ToList();
        var unwanted = parts.Where(static p => p[0] == '!').Select(static p => p[1..].Trim()).ToList();
        return new NamePatterns(wanted.Count == 0 && unwanted.Count > 0 ? [$"{Any}"] : wanted, unwanted);
    }

    public bool Match(string name) => _wanted.Any(p => Match(p, name)) && !_unwanted.Any(p => Match(p, name));

    // A question mark and a backslash match themselves. Only the asterisk has a special meaning.
    private static bool Match(string pattern, string name)
    {
        var parts = pattern.Split(Any);
        if (parts.Length == 1)
        {
            return pattern == name;
        }

        if (!name.StartsWith(parts[0], StringComparison.Ordinal) || !name.EndsWith(parts[^1], StringComparison.Ordinal)
            || name.Length < parts[0].Length + parts[^1].Length)
        {
            return false;
        }

        var at = parts[0].Length;
        var end = name.Length - parts[^1].Length;
        foreach (var part in parts[1..^1])
        {
            var found = name.AsSpan(at, end - at).IndexOf(part);
            if (found < 0)
            {
                return false;
            }

            at += found + part.Length;
        }

        return true;
    }
}
