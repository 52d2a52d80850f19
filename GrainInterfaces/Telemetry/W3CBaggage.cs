using System.Text;

namespace OrleansTasks.Telemetry;

/// <summary>Baggage as the W3C's recommendation writes it in a header: <c>key=value,key=value;property</c>, values percent-encoded. Pure.</summary>
internal static class W3CBaggage
{
    /// <summary>The most characters: what the recommendation asks everybody to take.</summary>
    public const int MaxLength = 8192;

    /// <summary>Writes baggage. Of a key that comes twice the first counts; what does not fit, and what no header may hold, is left out.</summary>
    /// <returns>Null if there is none.</returns>
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

    /// <summary>Reads baggage. What is not written as it must be is left out.</summary>
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

    private static bool IsToken(string key) => key.Length > 0 && key.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}
