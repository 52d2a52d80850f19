using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Converts the days of a cron expression to a union of expressions that the Cronos library can read. It accepts <c>L</c>, <c>W</c> and
/// <c>#</c> only by themselves, not in lists, and combines days of month and of week only if both must match.
/// </summary>
internal static class CronLists
{
    /// <summary>The maximum number of expressions, because each is evaluated for each occurrence.</summary>
    public const int MaxParts = 100;

    private const int DayOfMonth = 2;
    private const int DayOfWeek = 4;

    /// <summary>Returns the expressions whose union has the same times.</summary>
    /// <param name="fields">Five fields, or six with the seconds first. Others are returned unchanged.</param>
    /// <param name="days">How the days are combined.</param>
    /// <exception cref="FormatException">An item of a list is empty, or there are too many combinations.</exception>
    public static IReadOnlyList<string[]> Split(string[] fields, CronDays days)
    {
        if (fields.Length is not (5 or 6))
        {
            return [fields];
        }

        var first = fields.Length - 5;
        var monthDays = Items(fields[first + DayOfMonth], "day of month", IsSpecialMonthDay);
        var weekdays = Items(fields[first + DayOfWeek], "day of week", IsSpecialWeekday);
        var isEither = days == CronDays.Either && IsRestricted(fields[first + DayOfMonth]) && IsRestricted(fields[first + DayOfWeek]);
        if ((isEither ? monthDays.Count + weekdays.Count : monthDays.Count * weekdays.Count) > MaxParts)
        {
            throw new FormatException($"its lists of days with L, W and # have {monthDays.Count} and {weekdays.Count} parts; at most "
                + $"{MaxParts} combinations are allowed");
        }

        return isEither
            ? [.. monthDays.Select(d => With(d, "*")), .. weekdays.Select(d => With("*", d))]
            : [.. monthDays.SelectMany(d => weekdays.Select(w => With(d, w)))];

        string[] With(string monthDay, string weekday)
        {
            var part = (string[])fields.Clone();
            (part[first + DayOfMonth], part[first + DayOfWeek]) = (monthDay, weekday);
            return part;
        }
    }

    /// <summary>Decides whether a field excludes days. As in Vixie cron, it does not if it starts with an asterisk.</summary>
    public static bool IsRestricted(string field) => field[0] is not ('*' or '?');

    public static bool IsSpecialMonthDay(string item) => item.AsSpan().IndexOfAny("LWlw") >= 0;

    public static bool IsSpecialWeekday(string item) =>
        item.Contains('#', StringComparison.Ordinal) || item.EndsWith('L') || item.EndsWith('l');

    /// <summary>Returns the items that the library reads only by themselves, and one item with those that it reads as a list.</summary>
    private static List<string> Items(string field, string name, Func<string, bool> isSpecial)
    {
        var items = field.Split(',');
        if (items.Length == 1 || !items.Any(isSpecial))
        {
            return [field];
        }

        if (items.Contains(""))
        {
            throw new FormatException($"in the {name}, the list '{ShownText.Of(field, 40)}' has an empty item; give a value between "
                + "commas");
        }

        var special = items.Where(isSpecial).Distinct(StringComparer.OrdinalIgnoreCase);
        var plain = string.Join(',', items.Where(i => !isSpecial(i)));
        return plain.Length == 0 ? [.. special] : [plain, .. special];
    }
}
