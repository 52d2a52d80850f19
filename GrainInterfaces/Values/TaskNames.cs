using System.Globalization;
using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Defines the rules for the names of tasks and handlers.</summary>
/// <remarks>
/// A name has 1 to 200 characters. It has no control or format characters, none of <c>/ \ ? # %</c> and no white space at either end, and
/// is neither <c>.</c> nor <c>..</c>, because names are parts of addresses. Joiners (U+200C, U+200D) are allowed between two visible
/// characters, because emoji and several scripts need them. Names are compared by ordinal.
/// </remarks>
public static class TaskNames
{
    /// <summary>The maximum length of a name: 200 UTF-16 code units.</summary>
    public const int MaxLength = 200;

    private const string Forbidden = "/\\?#%";

    /// <summary>Checks a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>A sentence that describes the fault, or null if the name is valid.</returns>
    public static string? Fault(string? name)
    {
        if (name is not { Length: > 0 })
        {
            return $"A task name is empty; 1 to {MaxLength} characters are allowed.";
        }

        if (name.Length > MaxLength)
        {
            return $"The task name '{ShownText.Of(name[..24])}…' has {name.Length} characters; {MaxLength} are allowed.";
        }

        if (name is "." or ".." || char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            return $"The task name '{ShownText.Quote(name)}' is '.' or '..', or begins or ends with white space. Use another name.";
        }

        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsControl(c) || Forbidden.Contains(c, StringComparison.Ordinal) || IsLoneSurrogate(name, i)
                || (IsInvisible(c) && !IsJoinerBetweenVisible(name, i)))
            {
                return $"The task name has the character U+{(int)c:X4} at position {i}, which is not allowed in names. Remove it.";
            }
        }

        return null;
    }

    internal static string Check(string? name) => Fault(name) is { } fault ? throw new InvalidTaskException(name, [fault]) : name!;

    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsJoinerBetweenVisible(string name, int i) => name[i] is '\u200c' or '\u200d'
        && i > 0 && i + 1 < name.Length && IsVisible(name[i - 1]) && IsVisible(name[i + 1]);

    private static bool IsVisible(char c) => !IsInvisible(c) && !char.IsWhiteSpace(c) && !char.IsControl(c);

    private static bool IsLoneSurrogate(string name, int i) => char.IsSurrogate(name[i])
        && !(char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
        && !(char.IsLowSurrogate(name[i]) && i > 0 && char.IsHighSurrogate(name[i - 1]));
}
