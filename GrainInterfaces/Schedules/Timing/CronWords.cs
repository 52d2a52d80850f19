using System.Globalization;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Describes usual cron expressions in plain English. Others are shown unchanged.</summary>
internal static class CronWords
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Ordinals = ["", "first", "second", "third", "fourth", "fifth"];

    public static ScheduleWords Describe(string expression, string zone, CronDays days = CronDays.Both)
    {
        var fields = CronFields.Split(expression);
        var years = fields.Length == CronFields.WithYear ? YearsOf(fields[^1]) : [];
        fields = CronFields.WithoutYear(fields);
        var words = expression.ToLowerInvariant().Trim() switch
        {
            "@yearly" or "@annually" => "every year on January 1 at 00:00",
            "@monthly" => "every month on day 1 at 00:00",
            "@weekly" => "every Sunday at 00:00",
            "@daily" or "@midnight" => "every day at 00:00",
            "@hourly" => "every hour",
            "@every_minute" => "every minute",
            "@every_second" => "every second",
            _ => OfFields(fields, days),
        };
        if (words is not null && years is not null)
        {
            return new(words) { Zone = zone, Window = years };
        }

        var either = days == CronDays.Either ? ", on days that match either day field" : "";
        return new($"cron '{ShownText.Quote(expression)}'{either}") { Zone = zone };
    }

    private static string? OfFields(string[] fields, CronDays days)
    {
        var (second, rest) = fields.Length == 6 ? (fields[0], fields[1..]) : ("0", fields);
        if (rest.Length != 5 || TimeOf(second, rest[0], rest[1]) is not { } time
            || DayOf(rest[2], rest[3], rest[4], days) is not var (often, on))
        {
            return null;
        }

        return !time.StartsWith("every", StringComparison.Ordinal) ? $"{often}{(on is null ? "" : $" {on}")} at {time}"
            : on is not null ? $"{time}, {on} of {often}"
            : often == "every day" ? time : $"{time}, {often}";
    }

    private static string? TimeOf(string second, string minute, string hour) => (second, minute, hour) switch
    {
        ("*", "*", "*") => "every second",
        ("0", "*", "*") => "every minute",
        ("0", "0", "*") => "every hour",
        (_, "*", "*") when Step(second, 60) is { } step => $"every {step} seconds",
        ("0", _, "*") when Step(minute, 60) is { } step => $"every {step} minutes",
        ("0", _, "*") when StepFrom(minute, 59) is var (from, step) && 60 % step == 0 =>
            string.Create(CultureInfo.InvariantCulture, $"every {step} minutes, starting at minute {from} of each hour"),
        ("0", "0", _) when Step(hour, 24) is { } step => $"every {step} hours",
        ("0", _, "*") when Number(minute, 59) is { } at => string.Create(CultureInfo.InvariantCulture, $"every hour at minute {at}"),
        _ when Number(second, 59) is { } s && Number(minute, 59) is { } m && Number(hour, 23) is { } h =>
            string.Create(CultureInfo.InvariantCulture, $"{h:00}:{m:00}{(s == 0 ? "" : $":{s:00}")}"),
        _ => null,
    };

    /// <summary>Returns the period of the days, and which days of the period they are. Null for each day of it.</summary>
    private static (string, string?)? DayOf(string day, string month, string weekday, CronDays days) => (day, month, weekday) switch
    {
        ("*" or "?", "*", "*" or "?") => ("every day", null),
        ("*" or "?", "*", _) => WeekdaysOf(weekday) is not { } which ? null
            : IsNth(which) ? ("every month", $"on {which}") : (EveryWeek(which), null),
        (_, "*", "*" or "?") when MonthDaysOf(day) is { } which => ("every month", $"on {which}"),
        _ when days == CronDays.Either && CronLists.IsRestricted(day) && CronLists.IsRestricted(weekday) =>
            EitherOf(day, month, weekday) is { } either ? (either, null) : null,
        _ when Weekday(weekday) is { } named && Number(day, 31) is { } at && at > 0 =>
            month == "*" ? ($"every {named} the {Nth(at)}", null)
            : MonthOf(month) is { } of ? ($"every {named} the {Nth(at)} of {of}", null) : null,
        (_, _, "*" or "?") when Number(day, 31) is { } at && MonthOf(month) is { } m =>
            ("every year", string.Create(CultureInfo.InvariantCulture, $"on {m} {at}")),
        _ => null,
    };

    /// <summary>Describes days of the month, and weekdays besides them.</summary>
    private static string? EitherOf(string day, string month, string weekday)
    {
        var period = month == "*" ? "every month" : MonthOf(month);
        if (period is null || MonthDaysOf(day) is not { } days || WeekdaysOf(weekday) is not { } weekdays)
        {
            return null;
        }

        var others = IsNth(weekdays) ? $"on {weekdays} of {period}"
            : month == "*" ? EveryWeek(weekdays) : $"{EveryWeek(weekdays)} in {period}";
        return $"on {days} of {period} and {others}";
    }

    private static bool IsNth(string weekdays) => weekdays.StartsWith("the ", StringComparison.Ordinal);

    private static string EveryWeek(string weekdays) =>
        weekdays.Contains(" to ", StringComparison.Ordinal) ? weekdays : $"every {weekdays}";

    private static string? MonthOf(string field) =>
        Number(field, 12) is { } number and > 0 ? CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(number) : null;

    private static string Nth(int day) => day.ToString(CultureInfo.InvariantCulture) + (day % 10, day / 10) switch
    {
        (1, not 1) => "st",
        (2, not 1) => "nd",
        (3, not 1) => "rd",
        _ => "th",
    };

    private static string? MonthDaysOf(string field)
    {
        var items = field.Split(',');
        return items.Length > 1 && items.All(i => Number(i, 31) is not null)
            ? $"days {Joined(items)}"
            : Joined([.. items.Select(MonthDayOf)]);
    }

    private static string? MonthDayOf(string item) => item.ToUpperInvariant() switch
    {
        "L" => "the last day",
        "LW" => "the last weekday",
        var other when Number(other, 31) is { } at => string.Create(CultureInfo.InvariantCulture, $"day {at}"),
        [.. var number, 'W'] when Number(number, 31) is { } at =>
            string.Create(CultureInfo.InvariantCulture, $"the weekday nearest to day {at}"),
        _ => null,
    };

    /// <summary>Describes days of every week, or some of each month, but not a mixture of both.</summary>
    private static string? WeekdaysOf(string field)
    {
        if (field.Split('-') is [var first, var last] && Weekday(first) is { } from && Weekday(last) is { } to)
        {
            return $"{from} to {to}";
        }

        var items = field.Split(',');
        return items.All(CronLists.IsSpecialWeekday) ? Joined([.. items.Select(NthWeekday)]) : Joined([.. items.Select(Weekday)]);
    }

    private static string? NthWeekday(string item) => item switch
    {
        [.. var name, 'L' or 'l'] when Weekday(name) is { } day => $"the last {day}",
        [.. var name, '#', var n] when Weekday(name) is { } day && n is >= '1' and <= '5' => $"the {Ordinals[n - '0']} {day}",
        _ => null,
    };

    /// <summary>Returns the years as clauses of a description. Empty for all, and null if they cannot be described.</summary>
    private static IReadOnlyList<string>? YearsOf(string field) =>
        field == "*" ? [] : Joined([.. field.Split(',').Select(YearOf)]) is { } years ? [$"only in {years}"] : null;

    private static string? YearOf(string item) => item.Split('-') switch
    {
        [var year] when Number(year, CronYears.Last) is not null => year,
        [var first, var last] when Number(first, CronYears.Last) is not null
            && Number(last, CronYears.Last) is not null => $"{first} to {last}",
        _ => null,
    };

    private static string? Joined(string?[] words) =>
        words.Contains(null) ? null : words.Length == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} and {words[^1]}";

    private static string? Weekday(string field) => Number(field, 7) is { } number
        ? Days[number % 7]
        : field.Length == 3 ? Array.Find(Days, d => d.StartsWith(field, StringComparison.OrdinalIgnoreCase)) : null;

    // A step that does not divide the range starts again with each hour or day, so it is not "every".
    private static int? Step(string field, int range) =>
        field.StartsWith("*/", StringComparison.Ordinal) && Number(field[2..], range - 1) is { } step and > 1 && range % step == 0
            ? step
            : null;

    // Parses a value that H has determined, such as 7-59/15.
    private static (int From, int Step)? StepFrom(string field, int last) =>
        field.Split('-', '/') is [var first, var end, var step] && field.Contains('/', StringComparison.Ordinal)
        && Number(first, last) is { } from && Number(end, last) == last && Number(step, last) is { } by and > 1 && from < by
            ? (from, by)
            : null;

    private static int? Number(string field, int greatest) =>
        int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= greatest ? number : null;
}
