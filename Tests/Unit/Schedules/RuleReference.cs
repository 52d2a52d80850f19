using System.Globalization;
using NodaTime;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Evaluates recurrence rules as slowly and simply as possible, for comparison.
/// It checks every second, minute or day from the start on against each part of the rule.
/// It shares no code with the tested evaluator, and parses the text itself.
/// </summary>
internal sealed class RuleReference
{
    private readonly Dictionary<string, string> _parts;
    private readonly DateTime _start;

    public RuleReference(string rule, DateTime start)
    {
        _parts = rule.Split(';').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
        _start = start;
    }

    private string Frequency => _parts["FREQ"];

    private int Interval => int.Parse(_parts.GetValueOrDefault("INTERVAL", "1"), CultureInfo.InvariantCulture);

    /// <summary>Returns the instants in a zone, up to a local time.</summary>
    public List<DateTimeOffset> Instants(DateTime until, DateTimeZone zone, GapRule? gap, OverlapRule? overlap)
    {
        var repeats = Frequency is "SECONDLY" or "MINUTELY" or "HOURLY";
        var (gapRule, overlapRule) = (gap ?? (repeats ? null : GapRule.FirstValid),
            overlap ?? (repeats ? OverlapRule.Both : OverlapRule.First));
        var first = zone.MapLocal(LocalDateTime.FromDateTime(_start)) is { Count: 2 } twice ? twice.First().ToInstant() : (Instant?)null;
        var found = new SortedSet<Instant>();
        foreach (var reading in Readings(_start.AddHours(first is null ? 0 : -1), until))
        {
            var mapping = zone.MapLocal(LocalDateTime.FromDateTime(reading));
            Instant[] instants = mapping.Count switch
            {
                1 => [mapping.Single().ToInstant()],
                0 => gapRule switch
                {
                    GapRule.FirstValid => [mapping.LateInterval.Start],
                    GapRule.Shift =>
                        [Instant.FromDateTimeUtc(DateTime.SpecifyKind(reading, DateTimeKind.Utc))
                            - Duration.FromTimeSpan(mapping.EarlyInterval.WallOffset.ToTimeSpan())],
                    _ => [],
                },
                _ => overlapRule switch
                {
                    OverlapRule.Both => [mapping.First().ToInstant(), mapping.Last().ToInstant()],
                    OverlapRule.Second => [mapping.Last().ToInstant()],
                    _ => [mapping.First().ToInstant() < first ? mapping.Last().ToInstant() : mapping.First().ToInstant()],
                },
            };
            found.UnionWith(instants.Where(i => !(i < first)));
        }

        var all = found.Select(i => i.ToDateTimeOffset());
        return _parts.TryGetValue("COUNT", out var count) ? [.. all.Take(int.Parse(count, CultureInfo.InvariantCulture))] : [.. all];
    }

    /// <summary>Returns the local times between two times.</summary>
    private IEnumerable<DateTime> Readings(DateTime from, DateTime until)
    {
        var step = Frequency switch
        {
            "SECONDLY" => TimeSpan.FromSeconds(1),
            "MINUTELY" => TimeSpan.FromMinutes(1),
            "HOURLY" => TimeSpan.FromHours(1),
            _ => TimeSpan.FromDays(1)
        };
        var begin = Frequency switch
        {
            "SECONDLY" => _start,
            "MINUTELY" => _start.AddSeconds(-_start.Second),
            "HOURLY" => _start.AddSeconds(-_start.Second).AddMinutes(-_start.Minute),
            _ => _start.Date,
        };

        // Includes a whole year before and after, since days of a period may lie outside it.
        var isLong = step.Days == 1;
        var periods = new Dictionary<long, List<DateTime>>();
        for (var n = isLong
            ? -800L
            : -(long)Math.Ceiling((_start - from) / step) - 1; begin + (n * step) <= until.AddDays(isLong ? 800 : 0); n++)
        {
            var unit = begin + (n * step);
            if (isLong
                ? PassesDay(unit.Date)
                    && (PeriodOf(unit.Date) is var p && p >= PeriodOf(_start.Date) && (p - PeriodOf(_start.Date)) % Interval == 0)
                : n % Interval == 0 && PassesDay(unit.Date))
            {
                Add(periods, isLong ? PeriodOf(unit.Date) : n, TimesOf(unit, isLong));
            }
        }

        foreach (var (period, date) in Skipped(until))
        {
            if (period >= PeriodOf(_start.Date) && (period - PeriodOf(_start.Date)) % Interval == 0)
            {
                Add(periods, period, TimesOf(date, true));
            }
        }

        return [
            .. periods.OrderBy(p => p.Key).SelectMany(p => Positions([.. p.Value.Distinct().Order()])).Where(t => t >= from && t <= until)
                .Distinct().Order()];
    }

    private static void Add(Dictionary<long, List<DateTime>> periods, long period, IEnumerable<DateTime> times)
    {
        if (!periods.TryGetValue(period, out var list))
        {
            periods[period] = list = [];
        }

        list.AddRange(times);
    }

    private List<DateTime> Positions(List<DateTime> times) => !_parts.TryGetValue("BYSETPOS", out var text) ? times
        : [.. text.Split(',').Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Select(p => p > 0 ? p - 1 : times.Count + p)
            .Where(i => i >= 0 && i < times.Count).Select(i => times[i])];

    private IEnumerable<DateTime> TimesOf(DateTime unit, bool isDay)
    {
        for (var hour = 0; hour < 24; hour++)
        {
            if (!(Frequency is "SECONDLY" or "MINUTELY" or "HOURLY"
                ? hour == unit.Hour && Passes("BYHOUR", hour)
                : isDay && Passes("BYHOUR", hour, _start.Hour)))
            {
                continue;
            }

            for (var minute = 0; minute < 60; minute++)
            {
                if (!(Frequency is "SECONDLY" or "MINUTELY"
                    ? minute == unit.Minute && Passes("BYMINUTE", minute)
                    : Passes("BYMINUTE", minute, _start.Minute)))
                {
                    continue;
                }

                for (var second = 0; second < 60; second++)
                {
                    if (Frequency is "SECONDLY"
                        ? second == unit.Second && Passes("BYSECOND", second)
                        : Passes("BYSECOND", second, _start.Second))
                    {
                        yield return unit.Date.AddHours(hour).AddMinutes(minute).AddSeconds(second);
                    }
                }
            }
        }
    }

    private bool PassesDay(DateTime day) =>
        PassesMonth(day) && PassesMonthDay(day) && PassesYearDay(day) && PassesWeek(day) && PassesWeekday(day);

    private bool PassesMonth(DateTime day) =>
        Passes("BYMONTH", day.Month,
            Frequency == "YEARLY" && !HasAny("BYMONTH", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO") ? _start.Month : null);

    private bool PassesMonthDay(DateTime day) =>
        MonthDays() is not { } days || days.Contains(day.Day) || days.Contains(day.Day - DateTime.DaysInMonth(day.Year, day.Month) - 1);

    private int[]? MonthDays() => _parts.TryGetValue("BYMONTHDAY", out var text) ? Numbers(text)
        : (Frequency == "YEARLY" && !HasAny("BYDAY", "BYYEARDAY", "BYWEEKNO")) || (Frequency == "MONTHLY" && !HasAny("BYDAY"))
        ? [_start.Day] : null;

    private bool PassesYearDay(DateTime day) =>
        !_parts.TryGetValue("BYYEARDAY", out var text) || Numbers(text).Contains(day.DayOfYear)
            || Numbers(text).Contains(day.DayOfYear - DaysInYear(day.Year) - 1);

    private bool PassesWeek(DateTime day)
    {
        if (!_parts.TryGetValue("BYWEEKNO", out var text))
        {
            return true;
        }

        var first = FirstOfWeekYear(WeekYearOf(day));
        var number = ((day - first).Days / 7) + 1;
        var weeks = (FirstOfWeekYear(WeekYearOf(day) + 1) - first).Days / 7;
        return Numbers(text).Contains(number) || Numbers(text).Contains(number - weeks - 1);
    }

    private bool PassesWeekday(DateTime day)
    {
        var text = _parts.GetValueOrDefault("BYDAY")
            ?? (Frequency == "WEEKLY" || (Frequency == "YEARLY" && HasAny("BYWEEKNO") && !HasAny("BYMONTHDAY", "BYYEARDAY"))
                ? NameOf(_start)
                : null);
        if (text is null)
        {
            return true;
        }

        var inMonth = Frequency == "MONTHLY" || HasAny("BYMONTH");
        var all = Enumerable.Range(0, inMonth ? DateTime.DaysInMonth(day.Year, day.Month) : DaysInYear(day.Year))
            .Select(n => new DateTime(day.Year, inMonth ? day.Month : 1, 1).AddDays(n)).Where(d => d.DayOfWeek == day.DayOfWeek).ToList();
        var n = all.IndexOf(day.Date);
        return text.Split(',')
            .Any(d =>
                d[^2..] == NameOf(day)
                    && (d.Length == 2 || int.Parse(d[..^2], CultureInfo.InvariantCulture) is var ordinal
                        && (ordinal == n + 1 || ordinal == n - all.Count)));
    }

    /// <summary>Returns what RFC 7529 substitutes for days that do not exist, for the parts that the tests use.</summary>
    private IEnumerable<(long Period, DateTime Date)> Skipped(DateTime until)
    {
        var skip = _parts.GetValueOrDefault("SKIP", "OMIT");
        for (var month = new DateTime(_start.Year, 1, 1); skip != "OMIT" && month <= until.AddYears(1)
            && MonthDays() is { } days; month = month.AddMonths(1))
        {
            foreach (var day in days.Where(d => Math.Abs(d) > DateTime.DaysInMonth(month.Year, month.Month) && PassesMonth(month)))
            {
                var date = (skip, day > 0) switch
                {
                    ("BACKWARD", true) => month.AddMonths(1).AddDays(-1),
                    ("BACKWARD", false) => month.AddDays(-1),
                    (_, true) => month.AddMonths(1),
                    _ => month,
                };
                if (PassesYearDay(date) && PassesWeekday(date))
                {
                    yield return (PeriodOf(month), date);
                }
            }
        }
    }

    private long PeriodOf(DateTime day) => Frequency switch
    {
        "YEARLY" => HasAny("BYWEEKNO") ? WeekYearOf(day) : day.Year,
        "MONTHLY" => (day.Year * 12L) + day.Month,
        "WEEKLY" => (StartOfWeek(day) - StartOfWeek(new DateTime(1900, 1, 1))).Days / 7,
        _ => (day - new DateTime(1900, 1, 1)).Days,
    };

    private DateTime StartOfWeek(DateTime day)
    {
        while (NameOf(day) != _parts.GetValueOrDefault("WKST", "MO"))
        {
            day = day.AddDays(-1);
        }

        return day;
    }

    private int WeekYearOf(DateTime day) =>
        day < FirstOfWeekYear(day.Year) ? day.Year - 1 : day >= FirstOfWeekYear(day.Year + 1) ? day.Year + 1 : day.Year;

    /// <summary>Returns the first day of the first week that has at least four days in the year.</summary>
    private DateTime FirstOfWeekYear(int year)
    {
        var week = StartOfWeek(new DateTime(year, 1, 1));
        return Enumerable.Range(0, 7).Count(n => week.AddDays(n).Year == year) >= 4 ? week : week.AddDays(7);
    }

    private bool Passes(string part, int value, int? open = null) =>
        _parts.TryGetValue(part, out var text) ? Numbers(text).Contains(value) : open is null || open == value;

    private bool HasAny(params string[] parts) => parts.Any(_parts.ContainsKey);

    private static string NameOf(DateTime day) => day.DayOfWeek.ToString()[..2].ToUpperInvariant();

    private static int[] Numbers(string text) => [.. text.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];

    private static int DaysInYear(int year) => DateTime.IsLeapYear(year) ? 366 : 365;
}
