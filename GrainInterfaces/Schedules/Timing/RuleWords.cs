using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Describes recurrence rules in plain English.</summary>
internal static class RuleWords
{
    // If there are more times of day, the description gives their number instead of listing them.
    private const int MaxTimes = 4;

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];
    private static readonly DayOfWeek[] Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday,
        DayOfWeek.Friday];

    /// <summary>Returns a description of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">The start from which it counts, if it is known, for what the rule does not specify.</param>
    /// <param name="zone">The zone in which it is read.</param>
    /// <param name="included">The number of included times.</param>
    /// <param name="excluded">The number of excluded times.</param>
    public static ScheduleWords Describe(RecurrenceRule rule, DateTime? start, string zone, int included, int excluded)
    {
        string?[] dates =
        [
            IfItIs(rule),
            PositionsOf(rule),
            InsteadOf(rule, start),
            included == 0 ? null : included == 1 ? "plus 1 extra time" : $"plus {included} extra times",
            excluded == 0 ? null : excluded == 1 ? "minus 1 excluded time" : $"minus {excluded} excluded times",
        ];
        string?[] window = [rule.Count is { } count ? Times(count) : null, rule.Until is { } until ? $"until {EndOf(until)}" : null];
        return new($"{DaysOf(rule, start)}{TimesOf(rule, start)}")
        {
            Zone = zone,
            Dates = [.. dates.OfType<string>()],
            Window = [.. window.OfType<string>()],
        };
    }

    private static string DaysOf(RecurrenceRule rule, DateTime? start)
    {
        var everyDay = rule is { Interval: 1, ByDay: not null, BySetPos: null } && rule.ByDay.All(d => d.Ordinal is null)
            && (rule.Frequency == RuleFrequency.Weekly || rule is { Frequency: RuleFrequency.Daily, ByMonthDay: null });
        var words = everyDay ? (IsWorkweek(rule.ByDay!) ? "Monday to Friday" : $"every {WeekdaysOf(rule.ByDay!)}") : Every(rule);
        words += rule.ByMonth is { } months && !IsSingleDate(rule) ? $" in {List(months.Select(MonthName))}" : "";
        words += rule.ByWeekNo is { } weeks ? $" in {List(weeks.Select(w => w > 0 ? $"week {w}" : $"the {OrdinalOf(w)} week"))}" : "";
        words += rule.ByYearDay is { } yearDays ? $" on {List(yearDays.OrderBy(d => d < 0).Select(d => DayName(d)))} of the year" : "";
        words += rule.ByMonthDay is not { } monthDays ? ""
            : IsSingleDate(rule) ? $" on {MonthName(rule.ByMonth![0])} {monthDays[0]}"
            : $" on {List(monthDays.OrderBy(d => d < 0).Select(d => DayName(d)))}";
        words += rule.ByDay is { } days && !everyDay && !HasOtherDays(rule) ? WeekdayPart(rule, days) : "";
        return words + OpenDayOf(rule, start);
    }

    private static string WeekdayPart(RecurrenceRule rule, RuleDay[] days)
    {
        if (IsNthWeekday(rule))
        {
            return $" on {List(rule.BySetPos!.OrderBy(p => p < 0).Select(p => $"the {OrdinalOf(p)}"))} weekday";
        }

        // In a month, "on Monday" would be one day.
        var each = rule is { Frequency: RuleFrequency.Monthly or RuleFrequency.Yearly, ByWeekNo: null } ? "every " : "";
        return IsWorkweek(days) ? " from Monday to Friday"
            : $" on {List(days.Select(d => d.Ordinal is { } n ? $"the {OrdinalOf(n)} {d.Day}" : $"{each}{d.Day}"))}";
    }

    /// <summary>Returns the weekdays as a condition on other days.</summary>
    private static string? IfItIs(RecurrenceRule rule) => rule.ByDay is not { } days || !HasOtherDays(rule) ? null
        : IsWorkweek(days) ? "if it is a weekday"
        : $"if it is {List(days.Select(d => d.Ordinal is { } n ? $"the {OrdinalOf(n)} {d.Day}" : $"a {d.Day}"), "or")}";

    private static string? PositionsOf(RecurrenceRule rule) => rule.BySetPos is not { } positions || IsNthWeekday(rule) ? null
        : $"only {List(positions.OrderBy(p => p < 0).Select(p => $"the {OrdinalOf(p)}"))} of these times each {Unit(rule)}";

    /// <summary>Returns what replaces days that a month or a year does not have, if the rule has such days.</summary>
    private static string? InsteadOf(RecurrenceRule rule, DateTime? start)
    {
        var isFromStart = rule is { ByMonthDay: null, ByYearDay: null, ByDay: null, ByWeekNo: null };
        var ofYears = rule.ByYearDay is not null || IsSingleDate(rule) || (isFromStart && rule.Frequency == RuleFrequency.Yearly);
        var period = ofYears ? "years" : "months";
        var mayLack = rule.ByYearDay?.Any(d => Math.Abs(d) > 365) == true || rule.ByMonthDay?.Any(d => Math.Abs(d) > 28) == true
            || (isFromStart && !(start?.Day <= 28));
        return !mayLack ? null : rule.Skip switch
        {
            RuleSkip.Backward => $"or on the last day before it in {period} without that day",
            RuleSkip.Forward => $"or on the first day after it in {period} without that day",
            _ => null,
        };
    }

    /// <summary>Returns the part of the description that comes from the start.</summary>
    private static string OpenDayOf(RecurrenceRule rule, DateTime? start)
    {
        if (start is not { } from || rule is not { ByDay: null, ByMonthDay: null, ByYearDay: null })
        {
            return "";
        }

        return rule.Frequency switch
        {
            RuleFrequency.Weekly => $" on {from.DayOfWeek}",
            RuleFrequency.Monthly => $" on day {from.Day}",
            RuleFrequency.Yearly when rule.ByWeekNo is not null => $" on {from.DayOfWeek}",
            RuleFrequency.Yearly => rule.ByMonth is null ? $" on {MonthName(from.Month)} {from.Day}" : $" on day {from.Day}",
            _ => "",
        };
    }

    private static string TimesOf(RecurrenceRule rule, DateTime? start)
    {
        if (rule.RepeatsWithinDay)
        {
            var minutes = rule.ByMinute is { } m ? Numbered("minute", m) : null;
            var isToTheSecond = rule.BySecond is not null and not [0] || rule.Frequency == RuleFrequency.Secondly;
            var seconds = rule.BySecond is { } s && isToTheSecond ? Numbered("second", s) : null;
            return (rule.ByHour is { } hours ? $" {HoursOf(hours)}" : "")
                + (seconds is null && minutes is null ? "" : $" at {seconds}{(seconds is null || minutes is null ? "" : " of ")}{minutes}");
        }

        if (start is null && (rule.ByHour is null || rule.ByMinute is null))
        {
            return rule.ByHour is { } of ? $" in the {(of.Length == 1 ? "hour" : "hours")} from {List(of.Select(Hour))}" : "";
        }

        var times = new RuleTimes(rule.ByHour ?? [start!.Value.Hour], rule.ByMinute ?? [start!.Value.Minute],
            rule.BySecond ?? [start?.Second ?? 0]);
        return times.Count > MaxTimes ? $" at {times.Count} times of day"
            : $" at {List(Enumerable.Range(0, times.Count).Select(n => Clock(times[n])))}";
    }

    private static string Every(RecurrenceRule rule) => rule switch
    {
        // "Every month in January" is once a year.
        { Frequency: RuleFrequency.Monthly, Interval: 1, ByMonth: not null } => "every year",
        { Interval: 1 } => $"every {Unit(rule)}",
        _ => $"every {rule.Interval} {Unit(rule)}s",
    };

    private static string Unit(RecurrenceRule rule) =>
        rule.Frequency == RuleFrequency.Daily ? "day" : rule.Frequency.ToString()[..^2].ToLowerInvariant();

    /// <summary>Returns hours as ranges, such as <c>from 09:00 to 10:59</c>.</summary>
    private static string HoursOf(int[] hours) => List(hours.Select((hour, i) => (hour, Run: hour - i)).GroupBy(h => h.Run, h => h.hour)
        .Select(run => string.Create(CultureInfo.InvariantCulture, $"from {run.First():00}:00 to {run.Last():00}:59")));

    private static string Hour(int hour) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:00");

    private static string Numbered(string noun, int[] numbers) =>
        $"{noun}{(numbers.Length == 1 ? "" : "s")} {List(numbers.Select(Number))}";

    /// <summary>Gets whether the rule names days otherwise than by weekdays, so that weekdays are a condition on them.</summary>
    private static bool HasOtherDays(RecurrenceRule rule) => rule.ByMonthDay is not null || rule.ByYearDay is not null;

    private static bool IsSingleDate(RecurrenceRule rule) =>
        rule is { Frequency: RuleFrequency.Yearly, ByMonth.Length: 1, ByMonthDay: [> 0], ByDay: null, ByWeekNo: null, ByYearDay: null };

    private static bool IsNthWeekday(RecurrenceRule rule) =>
        rule is
        {
            Frequency: RuleFrequency.Monthly
            or RuleFrequency.Yearly, BySetPos: not null, ByDay: not null, ByMonthDay: null, ByYearDay: null, ByWeekNo: null, ByHour: null
                or { Length: 1 }, ByMinute: null or { Length: 1 }, BySecond: null or { Length: 1 }
        }
        && IsWorkweek(rule.ByDay);

    private static bool IsWorkweek(RuleDay[] days) => days.Length == 5 && days.All(d => d.Ordinal is null && Weekdays.Contains(d.Day));

    private static string WeekdaysOf(RuleDay[] days) => List(days.Select(d => d.Day.ToString()));

    private static string DayName(int day) => day > 0 ? $"day {day}" : $"the {OrdinalOf(day)} day";

    private static string OrdinalOf(int n) => n switch
    {
        -1 => "last",
        < 0 => $"{OrdinalOf(-n)}-to-last",
        <= 5 => Ordinals[n - 1],
        _ => string.Create(CultureInfo.InvariantCulture,
            $"{n}{(n % 100 is 11 or 12 or 13 ? "th" : (n % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" })}"),
    };

    private static string EndOf(RuleUntil until) => until.IsInstant ? Durations.InWords(new DateTimeOffset(until.Time))
        : until.Time.ToString(until.Time.TimeOfDay.Ticks == TimeSpan.TicksPerDay - 1 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss",
            CultureInfo.InvariantCulture);

    private static string Times(int count) =>
        count == 1 ? "only once" : string.Create(CultureInfo.InvariantCulture, $"{count} times in total");

    private static string Clock(int second) =>
        TimeSpan.FromSeconds(second).ToString(second % 60 == 0 ? @"hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string List(IEnumerable<string> items, string last = "and") =>
        items.ToList() is var all && all.Count == 1 ? all[0] : $"{string.Join(", ", all.SkipLast(1))} {last} {all[^1]}";
}
