using System.Globalization;
using System.Text;

namespace OrleansTasks.Reminders;

/// <summary>Converts reminders to the names of their tasks: <c>reminder:grain type:grain key:reminder</c>.</summary>
/// <remarks>
/// Two reminders never have the same task. In each part, letters, digits and the characters of <see cref="Plain"/> stay as they are. Any
/// other UTF-16 code unit is written as <c>~</c> and four hexadecimal digits, because names of tasks do not allow all characters.
/// </remarks>
internal static class ReminderNames
{
    /// <summary>The first part of all names.</summary>
    public const string Prefix = "reminder";

    private const char Separator = ':';
    private const char Escape = '~';

    // Neither the separator nor the escape character is among them.
    private const string Plain = "-_.,;@+=!*$&()[]{}`";

    /// <summary>Returns the name of a reminder's task.</summary>
    /// <exception cref="ArgumentException">The reminder has no name, or the name of the task is too long.</exception>
    public static string TaskOf(GrainId grain, string reminder)
    {
        if (string.IsNullOrEmpty(reminder))
        {
            throw new ArgumentException("The name of a reminder must not be null or empty.", nameof(reminder));
        }

        var name = PrefixOf(grain) + Escaped(reminder);
        return name.Length <= TaskNames.MaxLength ? name : throw new ArgumentException(
            $"The reminder '{reminder[..Math.Min(reminder.Length, 100)]}' of the grain {grain} needs a task name of {name.Length} "
                + $"characters ('{name[..60]}…'); {TaskNames.MaxLength} are allowed. Use a shorter name for the reminder, or a shorter key "
                + "for the grain. Characters other than letters, digits and common punctuation count as five.",
            nameof(reminder));
    }

    /// <summary>Returns the beginning of the names of all tasks of a grain's reminders.</summary>
    public static string PrefixOf(GrainId grain) =>
        $"{Prefix}{Separator}{Escaped(grain.Type.ToString() ?? "")}{Separator}{Escaped(grain.Key.ToString() ?? "")}{Separator}";

    private static string Escaped(string part)
    {
        if (part.All(IsPlain))
        {
            return part;
        }

        var escaped = new StringBuilder(part.Length + 20);
        foreach (var c in part)
        {
            _ = IsPlain(c) ? escaped.Append(c) : escaped.Append(Escape).Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal);
}
