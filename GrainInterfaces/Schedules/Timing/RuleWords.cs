using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Describes recurrence rules in plain English.</summary>
internal static class RuleWords
{
    // If there are more times of day, the description gives their number instead of listing them.
    private const int MaxTimes = 4;

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];
    private static readonly DayOfWeek[] Weekdays = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    /// <summary>Returns a description of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">The start from which it counts, if it is known, for what the rule does not specify.</param>
    /// <param name="zone">The zone in which it is read.</param>
    /// <param name="included">The number of included times.</param>
    /// <param name="excluded">The number of excluded times.</param>
    public static string Describe(RecurrenceRule rule, DateTime? start, string zone, int included, int excluded)
    {
        var end = rule.Count is { } count ? $", {Times(count)}" : rule.Until is { } until ? $", until {EndOf(until)}" : "";
        var skip = rule.Skip switch
        {
            RuleSkip.Backward => ", on the last day before where there is none",
            RuleSkip.Forward => ", on the first day after where there is none",
            _ => "",
        };
        return $"{DaysOf(rule, start)}{TimesOf(rule, start)} in {zone}{skip}{end}"
            + (included > 0 ? $", and at {(included == 1 ? "1 further time" : $"{included} further times")}" : "")
            + (excluded > 0 ? $", without {(excluded == 1 ? "1 time" : $"{excluded} times")}" : "");
    }

    private static string DaysOf(RecurrenceRule rule, DateTime? start)
    {
        var everyDay = rule is { Interval: 1, ByDay: not null, BySetPos: null } && rule.ByDay.All(d => d.Ordinal is null)
            && (rule.Frequency == RuleFrequency.Weekly || rule is { Frequency: RuleFrequency.Daily, ByMonthDay: null });
        var words = everyDay ? (IsWorkweek(rule.ByDay!) ? "Monday to Friday" : $"every {WeekdaysOf(rule.ByDay!)}") : Every(rule);
        words += rule.ByMonth is { } months && !IsSingleDate(rule) ? $" in {List(months.Select(MonthName))}" : "";
        words += rule.ByWeekNo is { } weeks ? $" in {List(weeks.Select(w => w > 0 ? $"week {w}" : w == -1 ? "the last week" : $"week {-w} from the end"))} of the year" : "";
        words += rule.ByYearDay is { } yearDays ? $" on {List(yearDays.Select(d => DayName(d)))} of the year" : "";
        words += rule.ByMonthDay is { } monthDays ? (IsSingleDate(rule) ? $" on {MonthName(rule.ByMonth![0])} {monthDays[0]}" : $" on {List(monthDays.Select(d => DayName(d)))}") : "";
        words += rule.ByDay is { } days && !everyDay ? WeekdayPart(rule, days) : "";
        words += OpenDayOf(rule, start);
        return words + (rule.BySetPos is { } positions && !IsNthWeekday(rule) ? $", only {List(positions.Select(p => $"the {OrdinalOf(p)}"))} of these times in each {rule.Frequency switch
        {
            RuleFrequency.Daily => "day",
            RuleFrequency.Hourly => "hour",
            _ => rule.Frequency.ToString()[..^2].ToLowerInvariant(),
        }}" : "");
    }

    private static string WeekdayPart(RecurrenceRule rule, RuleDay[] days)
    {
        var limits = rule.ByMonthDay is not null || rule.ByYearDay is not null;
        if (IsNthWeekday(rule))
        {
            return $" on {List(rule.BySetPos!.Select(p => $"the {OrdinalOf(p)}"))} weekday (Monday to Friday)";
        }

        return (limits ? " if it is " : " on ") + (IsWorkweek(days) ? "Monday to Friday" : List(days.Select(d => d.Ordinal is { } n ? $"the {OrdinalOf(n)} {d.Day}" : d.Day.ToString())));
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
            return (rule.ByHour is { } hours ? $", in hour {List(hours.Select(Number))}" : "")
                + (rule.ByMinute is { } minutes ? $", at minute {List(minutes.Select(Number))}" : "")
                + (rule.BySecond is { } seconds && (seconds is not [0] || rule.Frequency == RuleFrequency.Secondly) ? $", at second {List(seconds.Select(Number))}" : "");
        }

        if (start is null && (rule.ByHour is null || rule.ByMinute is null))
        {
            return rule.ByHour is { } of ? $" in hour {List(of.Select(Number))}" : "";
        }

        var times = new RuleTimes(rule.ByHour ?? [start!.Value.Hour], rule.ByMinute ?? [start!.Value.Minute], rule.BySecond ?? [start?.Second ?? 0]);
        return times.Count > MaxTimes ? $" at {times.Count} times of the day" : $" at {List(Enumerable.Range(0, times.Count).Select(n => Clock(times[n])))}";
    }

    private static string Every(RecurrenceRule rule)
    {
        var unit = rule.Frequency == RuleFrequency.Daily ? "day" : rule.Frequency.ToString()[..^2].ToLowerInvariant();
        return rule.Interval == 1 ? $"every {unit}" : $"every {rule.Interval} {unit}s";
    }

    private static bool IsSingleDate(RecurrenceRule rule) => rule is { Frequency: RuleFrequency.Yearly, ByMonth.Length: 1, ByMonthDay: [> 0], ByDay: null, ByWeekNo: null, ByYearDay: null };

    private static bool IsNthWeekday(RecurrenceRule rule) =>
        rule is { Frequency: RuleFrequency.Monthly or RuleFrequency.Yearly, BySetPos: not null, ByDay: not null, ByMonthDay: null, ByYearDay: null, ByWeekNo: null, ByHour: null or { Length: 1 }, ByMinute: null or { Length: 1 }, BySecond: null or { Length: 1 } }
        && IsWorkweek(rule.ByDay);

    private static bool IsWorkweek(RuleDay[] days) => days.Length == 5 && days.All(d => d.Ordinal is null && Weekdays.Contains(d.Day));

    private static string WeekdaysOf(RuleDay[] days) => List(days.Select(d => d.Day.ToString()));

    private static string DayName(int day) => day > 0 ? $"day {day}" : day == -1 ? "the last day" : $"day {-day} from the end";

    private static string OrdinalOf(int n) => n switch
    {
        -1 => "last",
        < 0 => $"{OrdinalOf(-n)} last",
        <= 5 => Ordinals[n - 1],
        _ => string.Create(CultureInfo.InvariantCulture, $"{n}{(n % 100 is 11 or 12 or 13 ? "th" : (n % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" })}"),
    };

    private static string EndOf(RuleUntil until) => until.IsInstant ? Durations.InWords(new DateTimeOffset(until.Time))
        : until.Time.ToString(until.Time.TimeOfDay.Ticks == TimeSpan.TicksPerDay - 1 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    private static string Clock(int second) => TimeSpan.FromSeconds(second).ToString(second % 60 == 0 ? @"hh\:mm" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string List(IEnumerable<string> items) => items.ToList() is var all && all.Count == 1 ? all[0] : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
}
