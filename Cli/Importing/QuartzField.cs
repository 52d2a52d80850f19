using System.Globalization;

namespace OrleansTasks.Cli.Importing;

/// <summary>Reads a field of a Quartz cron expression without special characters such as <c>L</c>.</summary>
internal static class QuartzField
{
    public static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary>Parses numbers, names, ranges and steps. A range may wrap around the end of the field.</summary>
    /// <exception cref="FormatException">The text is not valid.</exception>
    public static SortedSet<int> Read(string text, int least, int most, string what)
    {
        var set = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            Add(set, part, least, most, what);
        }

        return set;
    }

    public static int Number(string text, int least, int most, string what)
    {
        var names = what == "month" ? Months : what == "day of week" ? Weekdays : [];
        var named = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        return named >= 0 ? named + 1
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{text}' is not a valid {what} in Quartz; {least} to {most} are allowed");
    }

    /// <summary>Returns the numbers as a field of a cron expression: <c>*</c> for all of them, and ranges for consecutive ones.</summary>
    public static string Write(IReadOnlyCollection<int> set, int least, int most, Func<int, string>? name = null)
    {
        if (set.Count == most - least + 1)
        {
            return "*";
        }

        name ??= static n => n.ToString(CultureInfo.InvariantCulture);
        var parts = new List<string>();
        var numbers = set.ToList();
        for (var i = 0; i < numbers.Count;)
        {
            var end = i;
            while (end + 1 < numbers.Count && numbers[end + 1] == numbers[end] + 1)
            {
                end++;
            }

            parts.Add(end - i > 1 ? $"{name(numbers[i])}-{name(numbers[end])}" : name(numbers[i]));
            i = end - i > 1 ? end + 1 : i + 1;
        }

        return string.Join(',', parts);
    }

    private static void Add(SortedSet<int> set, string part, int least, int most, string what)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var step = 1;
        if (slash >= 0 && (!int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
        {
            throw new FormatException($"'{part}' has no step; write one after the slash");
        }

        var range = slash >= 0 ? part[..slash] : part;
        int first, last;
        if (range is "*" or "?" or "")
        {
            if (range.Length == 0 && slash < 0)
            {
                throw new FormatException($"a {what} is missing; write one");
            }

            (first, last) = (least, most);
        }
        else if (range.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash)
        {
            (first, last) = (Number(range[..dash], least, most, what), Number(range[(dash + 1)..], least, most, what));
        }
        else
        {
            first = Number(range, least, most, what);
            last = slash >= 0 ? most : first;
        }

        // A range whose end is before its start wraps around the end of the field.
        var length = most - least + 1;
        for (var n = first; n <= (last < first ? last + length : last); n += step)
        {
            set.Add(((n - least) % length) + least);
        }
    }
}
