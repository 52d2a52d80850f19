using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansTasks.Text;

/// <summary>
/// Makes text of unknown origin safe to display: truncated at whole characters, and without characters that a terminal or a log file
/// interprets.
/// </summary>
internal static class ShownText
{
    /// <summary>The maximum length of a text in a log message or in an error message.</summary>
    public const int MaxShown = 16_384;

    /// <summary>The maximum length of a faulty text that a message quotes.</summary>
    public const int MaxQuoted = 100;

    // A visible character is seldom longer than this. A longer one is split.
    private const int LongestCharacter = 64;

    // Control characters of both sets, line and paragraph separators, and characters that change the direction of the following text.
    private const string Directions = "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> Hostile = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(static c => (char)c), '\u2028', '\u2029', .. Directions]);

    /// <summary>
    /// Decides whether a text contains no character that a terminal or a log file would interpret, and no half of a surrogate pair.
    /// </summary>
    public static bool IsHarmless(string text) => IndexOfHostile(text, 0) < 0;

    /// <summary>
    /// Returns the text for a log message or an error. Hostile characters are escaped, such as <c>\u001B</c>, and a text that is too long
    /// is truncated.
    /// </summary>
    public static string Of(string? text, int most = MaxShown)
    {
        text = Cut(text, most) ?? "";
        var at = IndexOfHostile(text, 0);
        if (at < 0)
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 32);
        var from = 0;
        for (; at >= 0; at = IndexOfHostile(text, from))
        {
            shown.Append(text, from, at - from);
            _ = text[at] switch
            {
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                var c => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
            };
            from = at + 1;
        }

        return shown.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>Returns the start of a faulty text for a message.</summary>
    public static string Quote(string? text) => Of(text, MaxQuoted);

    /// <summary>
    /// Returns the text, truncated to a length with a note about its original length. No character is split; an emoji of several code
    /// points stays whole.
    /// </summary>
    /// <param name="text">The text. Null returns null.</param>
    /// <param name="most">The maximum length of the result, in UTF-16 code units.</param>
    public static string? Cut(string? text, int most)
    {
        if (text is null || text.Length <= most)
        {
            return text;
        }

        var note = string.Create(CultureInfo.InvariantCulture, $"… (cut; {text.Length:N0} characters)");
        return note.Length >= most
            ? text[..BoundaryBefore(text, most)]
            : string.Concat(text.AsSpan(0, BoundaryBefore(text, most - note.Length)), note);
    }

    private static int BoundaryBefore(string text, int most)
    {
        if (most <= 0)
        {
            return 0;
        }

        // Character boundaries are determined from a place before the end, which may be within a character. The next boundary is right.
        var at = Math.Max(0, most - (2 * LongestCharacter));
        at += at > 0 && char.IsLowSurrogate(text[at]) ? 1 : 0;
        var last = at;
        while (at <= most)
        {
            last = at;
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at, Math.Min(text.Length - at, 4 * LongestCharacter)));
            at += Math.Max(1, length);
        }

        // A character that never ends is split nevertheless, but not within a surrogate pair.
        return most - last <= LongestCharacter ? last : char.IsLowSurrogate(text[most]) ? most - 1 : most;
    }

    private static int IndexOfHostile(string text, int from)
    {
        var rest = text.AsSpan(from);
        var hostile = rest.IndexOfAny(Hostile);
        var before = hostile < 0 ? rest : rest[..hostile];
        for (var i = before.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < before.Length; i++)
        {
            if (!char.IsSurrogate(before[i]))
            {
                continue;
            }

            if (char.IsLowSurrogate(before[i]) || i + 1 == before.Length || !char.IsLowSurrogate(before[i + 1]))
            {
                return from + i;
            }

            i++;
        }

        return hostile < 0 ? -1 : from + hostile;
    }
}
