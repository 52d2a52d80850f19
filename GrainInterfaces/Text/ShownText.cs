using System.Buffers;
using System.Globalization;
using System.Text;

namespace OrleansTasks.Text;

/// <summary>Text of strangers on its way to people: cut to a length at whole characters, and without characters that a terminal or a log file acts upon.</summary>
internal static class ShownText
{
    /// <summary>The greatest length of a text in a log message or in the message of an error.</summary>
    public const int MaxShown = 16_384;

    /// <summary>The most that a message repeats of a text that it complains of.</summary>
    public const int MaxQuoted = 100;

    // A character that people see is seldom longer than this, and is cut in two when it is.
    private const int LongestCharacter = 64;

    // Control characters of both sets, line and paragraph separators, and what changes the direction of the text that follows.
    private const string Directions = "\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> Hostile = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(static c => (char)c), '\u2028', '\u2029', .. Directions]);

    /// <summary>Returns whether a text has no character that a terminal or a log file would act upon, and no half of one.</summary>
    public static bool IsHarmless(string text) => IndexOfHostile(text, 0) < 0;

    /// <summary>Returns the text for a log message or an error: hostile characters are written as escapes, such as <c>\u001B</c>, and it is cut when it is too long.</summary>
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

    /// <summary>Returns the beginning of a text for a message that complains of it.</summary>
    public static string Quote(string? text) => Of(text, MaxQuoted);

    /// <summary>Returns the text, cut to a length with a word about how long it was. No character is cut in two; an emoji of several code points stays whole.</summary>
    /// <param name="text">The text; null stays null.</param>
    /// <param name="most">The greatest length of what is returned, in UTF-16 code units.</param>
    public static string? Cut(string? text, int most)
    {
        if (text is null || text.Length <= most)
        {
            return text;
        }

        var note = string.Create(CultureInfo.InvariantCulture, $"… (cut; {text.Length:N0} characters)");
        return note.Length >= most ? text[..BoundaryBefore(text, most)] : string.Concat(text.AsSpan(0, BoundaryBefore(text, most - note.Length)), note);
    }

    private static int BoundaryBefore(string text, int most)
    {
        if (most <= 0)
        {
            return 0;
        }

        // Characters are told from some place before the end on, which may be within one; the next one begins rightly.
        var at = Math.Max(0, most - (2 * LongestCharacter));
        at += at > 0 && char.IsLowSurrogate(text[at]) ? 1 : 0;
        var last = at;
        while (at <= most)
        {
            last = at;
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(at, Math.Min(text.Length - at, 4 * LongestCharacter)));
            at += Math.Max(1, length);
        }

        // One that never ends is cut all the same, but no pair of surrogates.
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
