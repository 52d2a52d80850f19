using System.Text;

namespace OrleansTasks.Telemetry;

/// <summary>
/// Writes and reads baggage in the format of the W3C's recommendation for headers: <c>key=value,key=value;property</c>, with
/// percent-encoded values. Pure.
/// </summary>
internal static class W3CBaggage
{
    /// <summary>The maximum number of characters: what the recommendation requires everybody to accept.</summary>
    public const int MaxLength = 8192;

    /// <summary>
    /// Writes baggage. For a repeated key, the first value is used. Entries that do not fit, or that no header may contain, are omitted.
    /// </summary>
    /// <returns>The text, or null if there is no baggage.</returns>
    public static string? Write(IEnumerable<KeyValuePair<string, string?>> baggage)
    {
        StringBuilder? text = null;
        HashSet<string>? keys = null;
        foreach (var (key, value) in baggage)
        {
            if (!IsToken(key) || !(keys ??= new(StringComparer.Ordinal)).Add(key))
            {
                continue;
            }

            var member = $"{key}={Uri.EscapeDataString(value ?? "")}";
            if ((text?.Length + 1 ?? 0) + member.Length <= MaxLength)
            {
                text = text is null ? new StringBuilder(member) : text.Append(',').Append(member);
            }
        }

        return text?.ToString();
    }

    /// <summary>Reads baggage. Entries with a wrong format are omitted.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(string text)
    {
        foreach (var member in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = member.Split(';', 2)[0];
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && pair[..equals].Trim() is var key && IsToken(key))
            {
                yield return new(key, Uri.UnescapeDataString(pair[(equals + 1)..].Trim()));
            }
        }
    }

    private static bool IsToken(string key) =>
        key.Length > 0 && key.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
