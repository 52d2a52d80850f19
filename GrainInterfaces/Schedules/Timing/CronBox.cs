using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Converts the times of a cron expression to boxes. Pure.</summary>
internal static class CronBox
{
    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] DayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>Returns boxes for an expression without <c>H</c>.</summary>
    /// <param name="expression">A valid expression.</param>
    /// <param name="days">How its days are combined.</param>
    /// <param name="all">
    /// Whether the boxes must contain all of its times, and may contain others. Otherwise they contain no others, and may lack some.
    /// </param>
    public static IEnumerable<TimeBox> Of(string expression, CronDays days, bool all)
    {
        var fields = CronFields.Split(expression);
        if (fields.Length == 1)
        {
            fields = fields[0].ToLowerInvariant() switch
            {
                "@every_second" => ["*", "*", "*", "*", "*", "*"],
                "@every_minute" => ["*", "*", "*", "*", "*"],
                "@hourly" => ["0", "*", "*", "*", "*"],
                _ => fields,
            };
        }

        var hasYear = fields.Length == CronFields.WithYear;
        fields = CronFields.WithoutYear(fields);
        return fields.Length is not (5 or 6) || (hasYear && !all)
            ? all ? [TimeBox.All] : []
            : CronLists.Split(fields.Length == 6 ? fields : ["0", .. fields], days).Select(f => Of(f, all)).OfType<TimeBox>();
    }

    private static TimeBox? Of(string[] fields, bool all)
    {
        var seconds = Set(fields[0], 0, 59, []) ?? (all ? TimeBox.AllSeconds : null);
        var minutes = Set(fields[1], 0, 59, []) ?? (all ? TimeBox.AllMinutes : null);
        var hours = Set(fields[2], 0, 23, []) ?? (all ? TimeBox.AllHours : null);
        var monthDays = Set(fields[3], 1, 31, []) ?? (all ? TimeBox.AllMonthDays : null);
        var months = Set(fields[4], 1, 12, MonthNames) ?? (all ? TimeBox.AllMonths : null);

        // Sunday is both 0 and 7.
        var weekdays = Set(fields[5], 0, 7, DayNames) is { } set ? (set | (set >> 7)) & TimeBox.AllWeekdays : all ? TimeBox.AllWeekdays
            : (ulong?)null;
        return (seconds, minutes, hours, monthDays, months, weekdays) is ({ } s, { } m, { } h, { } d, { } n, { } w)
            ? new TimeBox(s, m, h, d, n, w)
            : null;
    }

    /// <summary>Returns the numbers of a field, or null if it contains anything else.</summary>
    private static ulong? Set(string field, int first, int last, string[] names)
    {
        var set = 0UL;
        foreach (var item in field.Split(','))
        {
            var parts = item.Split('/');
            var step = parts.Length == 1 ? 1 : parts.Length == 2 ? Number(parts[1], 1, 60, []) : null;
            var ends = parts[0] is "*" or "?" ? [first, last] : parts[0].Split('-').Select(p => Number(p, first, last, names)).ToArray();
            if (step is not { } by || ends is not ([{ }] or [{ }, { }]) || ends[0] > ends[^1])
            {
                return null;
            }

            var end = ends.Length == 1 && parts.Length == 2 ? last : ends[^1]!.Value;
            for (var n = ends[0]!.Value; n <= end; n += by)
            {
                set |= 1UL << n;
            }
        }

        return set;
    }

    private static int? Number(string text, int first, int last, string[] names) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number >= first && number <= last ? number : null
        : Array.IndexOf(names, text.ToUpperInvariant()) is >= 0 and var at ? at + first
        : null;
}
