namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the days of a recurrence rule: those of one of its periods, and whether a day matches. Days are counted from 0001-01-01, as in
/// <see cref="DateOnly.DayNumber"/>.
/// </summary>
/// <remarks>
/// Source: RFC 5545, section 3.3.10. A part that expands a period and one that limits it have the same effect here: the days of the period
/// that match all parts are its days. The start supplies what the rule does not specify. RFC 7529, section 4.1, covers days that a month or
/// a year does not have.
/// </remarks>
internal sealed class RuleDays
{
    /// <summary>The last day that is checked. It is a bit later than 2500, from which on nothing occurs.</summary>
    public static readonly int Last = new DateOnly(2501, 1, 1).DayNumber;

    private const int AllMonths = 0x1FFE;

    private readonly RecurrenceRule _rule;
    private readonly int _months;
    private readonly int[]? _monthDays;
    private readonly int _weekdays;
    private readonly RuleDay[] _ordinals;
    private readonly bool _byWeekday;
    private readonly bool _inMonth;

    public RuleDays(RecurrenceRule rule, DateTime start)
    {
        _rule = rule;
        var days = rule.ByDay;
        _monthDays = rule.ByMonthDay;
        _months = rule.ByMonth is { } months ? months.Aggregate(0, (mask, month) => mask | (1 << month)) : AllMonths;
        switch (rule.Frequency)
        {
            case RuleFrequency.Yearly when rule is { ByWeekNo: not null, ByDay: null, ByMonthDay: null, ByYearDay: null }:
            case RuleFrequency.Weekly when rule.ByDay is null:
                days = [new RuleDay(start.DayOfWeek, null)];
                break;
            case RuleFrequency.Yearly when rule is { ByDay: null, ByMonthDay: null, ByYearDay: null }:
                _months = rule.ByMonth is null ? 1 << start.Month : _months;
                _monthDays = [start.Day];
                break;
            case RuleFrequency.Monthly when rule is { ByDay: null, ByMonthDay: null }:
                _monthDays = [start.Day];
                break;
        }

        _byWeekday = days is not null;
        _weekdays = (days ?? []).Where(d => d.Ordinal is null).Aggregate(0, (mask, day) => mask | (1 << (int)day.Day));
        _ordinals = [.. (days ?? []).Where(d => d.Ordinal is not null)];
        _inMonth = rule.Frequency == RuleFrequency.Monthly || rule.ByMonth is not null;
    }

    /// <summary>Gets whether days of one period may lie among those of another.</summary>
    public bool Spills => _rule.Skip != RuleSkip.Omit || _rule.ByWeekNo is not null;

    /// <summary>Returns the number of the period that contains a day: its year (or week-based year), month, week or day.</summary>
    public int PeriodOf(int day) => _rule.Frequency switch
    {
        RuleFrequency.Yearly => _rule.ByWeekNo is null ? YearOf(day) : WeekYearOf(day),
        RuleFrequency.Monthly => DateOnly.FromDayNumber(day) is var date ? (date.Year * 12) + date.Month - 1 : 0,
        RuleFrequency.Weekly => WeekStartOf(day) is var monday ? (int)Math.Floor(monday / 7.0) : 0,
        _ => day,
    };

    /// <summary>Returns the days of a period, sorted.</summary>
    public int[] Of(int period)
    {
        var (first, count) = RangeOf(period);
        var found = new List<int>(count < 8 ? count : 8);
        for (var day = Math.Max(first, 0); day < first + count && day <= Last; day++)
        {
            if (Matches(day))
            {
                found.Add(day);
            }
        }

        if (_rule.Skip == RuleSkip.Omit)
        {
            return [.. found];
        }

        found.AddRange(Skipped(period).Where(d => d >= 0 && d <= Last));
        return [.. found.Distinct().Order()];
    }

    /// <summary>Decides whether a day matches all parts.</summary>
    public bool Matches(int day)
    {
        // Most days fail the first of these checks, which need no date.
        if (_byWeekday && _ordinals.Length == 0 && (_weekdays & (1 << (int)WeekdayOf(day))) == 0)
        {
            return false;
        }

        var date = DateOnly.FromDayNumber(day);
        return (_months & (1 << date.Month)) != 0
            && (_monthDays is null || Has(_monthDays, date.Day, DateTime.DaysInMonth(date.Year, date.Month)))
            && (_rule.ByYearDay is null || Has(_rule.ByYearDay, date.DayOfYear, DaysInYear(date.Year)))
            && MatchesWeek(day)
            && MatchesWeekday(date);
    }

    private bool MatchesWeek(int day)
    {
        if (_rule.ByWeekNo is not { } weeks)
        {
            return true;
        }

        var year = WeekYearOf(day);
        var first = FirstDayOfWeekYear(year);
        return Has(weeks, ((day - first) / 7) + 1, (FirstDayOfWeekYear(year + 1) - first) / 7);
    }

    private bool MatchesWeekday(DateOnly date)
    {
        if (!_byWeekday || (_weekdays & (1 << (int)date.DayOfWeek)) != 0)
        {
            return true;
        }

        foreach (var (day, ordinal) in _ordinals)
        {
            if (day == date.DayOfWeek)
            {
                var (n, length) = _inMonth
                    ? (date.Day, DateTime.DaysInMonth(date.Year, date.Month))
                    : (date.DayOfYear, DaysInYear(date.Year));
                if (ordinal == ((n - 1) / 7) + 1 || ordinal == -(((length - n) / 7) + 1))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Returns the replacements for the days that a period does not have, if they match the other parts.</summary>
    private IEnumerable<int> Skipped(int period)
    {
        var (year, firstMonth, lastMonth) = _rule.Frequency == RuleFrequency.Monthly
            ? (period / 12, (period % 12) + 1, (period % 12) + 1)
            : (period, 1, 12);
        if (year is < 1 or > 2501)
        {
            yield break;
        }

        for (var month = firstMonth; month <= lastMonth && _monthDays is not null; month++)
        {
            var (first, length) = (new DateOnly(year, month, 1).DayNumber, DateTime.DaysInMonth(year, month));
            foreach (var day in _monthDays.Where(d => Math.Abs(d) > length && (_months & (1 << month)) != 0)
                .Select(d => Instead(d, first, length)))
            {
                if (day >= 0 && (_rule.ByYearDay is not { } yearDays || HasYearDay(yearDays, day)) && MatchesWeek(day)
                    && MatchesWeekday(DateOnly.FromDayNumber(day)))
                {
                    yield return day;
                }
            }
        }

        foreach (var yearDay in _rule.ByYearDay ?? [])
        {
            if (Math.Abs(yearDay) > DaysInYear(year) && Instead(yearDay, FirstDayOf(year), DaysInYear(year)) is >= 0 and var day
                && MatchesOtherThanYearDay(day))
            {
                yield return day;
            }
        }
    }

    /// <summary>
    /// Returns the replacement for a missing day of a period: the day before or after the period, or its first or last day.
    /// </summary>
    private int Instead(int day, int first, int length) => (_rule.Skip, day > 0) switch
    {
        (RuleSkip.Backward, true) => first + length - 1,
        (RuleSkip.Backward, false) => first - 1,
        (_, true) => first + length,
        _ => first,
    };

    private bool MatchesOtherThanYearDay(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return (_months & (1 << date.Month)) != 0
            && (_monthDays is null || Has(_monthDays, date.Day, DateTime.DaysInMonth(date.Year, date.Month))) && MatchesWeek(day)
            && MatchesWeekday(date);
    }

    private static bool HasYearDay(int[] yearDays, int day) =>
        DateOnly.FromDayNumber(day) is var date && Has(yearDays, date.DayOfYear, DaysInYear(date.Year));

    private (int First, int Count) RangeOf(int period)
    {
        switch (_rule.Frequency)
        {
            case RuleFrequency.Yearly when _rule.ByWeekNo is null:
                return (FirstDayOf(period), DaysInYear(period));
            case RuleFrequency.Yearly:
                var first = FirstDayOfWeekYear(period);
                return (first, FirstDayOfWeekYear(period + 1) - first);
            case RuleFrequency.Monthly:
                var (year, month) = (period / 12, (period % 12) + 1);
                return year is < 1 or > 9999 ? (0, 0) : (new DateOnly(year, month, 1).DayNumber, DateTime.DaysInMonth(year, month));
            case RuleFrequency.Weekly:
                return ((period * 7) + WeekOffset, 7);
            default:
                return (period, 1);
        }
    }

    // 0001-01-01 is a Monday.
    private static DayOfWeek WeekdayOf(int day) => (DayOfWeek)((((day + 1) % 7) + 7) % 7);

    /// <summary>Gets how many days after Monday a week starts.</summary>
    private int WeekOffset => ((int)_rule.WeekStart + 6) % 7;

    private int WeekStartOf(int day) => day - ((((day - WeekOffset) % 7) + 7) % 7);

    private int WeekYearOf(int day)
    {
        var year = YearOf(day);
        return day < FirstDayOfWeekYear(year) ? year - 1 : day >= FirstDayOfWeekYear(year + 1) ? year + 1 : year;
    }

    /// <summary>Returns the first day of the week that contains January 4: the first week with at least four days in the year.</summary>
    private int FirstDayOfWeekYear(int year) => WeekStartOf(FirstDayOf(year) + 3);

    private static int YearOf(int day) => day < 0 ? 0 : DateOnly.FromDayNumber(day).Year;

    private static int FirstDayOf(int year) =>
        year < 1 ? -366 : (365 * (year - 1)) + ((year - 1) / 4) - ((year - 1) / 100) + ((year - 1) / 400);

    private static int DaysInYear(int year) => year is >= 1 and <= 9999 && DateTime.IsLeapYear(year) ? 366 : 365;

    /// <summary>Decides whether a list contains a number, counted from the start or, if negative, from the end.</summary>
    private static bool Has(int[] list, int number, int length)
    {
        foreach (var value in list)
        {
            if (value == number || value == number - length - 1)
            {
                return true;
            }
        }

        return false;
    }
}
