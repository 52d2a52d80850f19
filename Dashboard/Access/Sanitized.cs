using System.Globalization;
using System.Text;

namespace OrleansTasks.Access;

/// <summary>Makes untrusted text safe for messages and logs: bounded, on one line, and without control characters for terminals.</summary>
internal static class Sanitized
{
    /// <summary>Cuts a text at a character boundary, and replaces control and formatting characters.</summary>
    public static string Text(string? text, int limit)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var result = new StringBuilder(Math.Min(text.Length, limit));
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length + rune.Utf16SequenceLength > limit)
            {
                return result.Append('…').ToString();
            }

            result.Append(IsHarmless(rune) ? rune.ToString() : "\uFFFD");
        }

        return result.ToString();
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
