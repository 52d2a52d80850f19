namespace OrleansTasks;

/// <summary>The hours, minutes or seconds at which a rule that repeats within a day has a period that passes its parts. Seconds are counted from 0001-01-01.</summary>
internal sealed class RuleGrid
{
    private const int SecondsPerDay = 86_400;

    private readonly RuleDays _days;
    private readonly int _unit;
    private readonly long _base;
    private readonly long _step;
    private readonly long _hours;
    private readonly long _minutes;
    private readonly long _seconds;
    private readonly bool _everyDay;
    private readonly bool _never;

    public RuleGrid(RecurrenceRule rule, RuleDays days, long start)
    {
        _days = days;
        _unit = rule.Frequency switch { RuleFrequency.Hourly => 3600, RuleFrequency.Minutely => 60, _ => 1 };
        _step = (long)rule.Interval * _unit;
        _base = start - (start % _unit);
        _hours = MaskOf(rule.ByHour);
        _minutes = rule.Frequency < RuleFrequency.Hourly ? MaskOf(rule.ByMinute) : -1;
        _seconds = rule.Frequency < RuleFrequency.Minutely ? MaskOf(rule.BySecond) : -1;
        _everyDay = rule is { ByMonth: null, ByYearDay: null, ByMonthDay: null, ByDay: null };
        _never = (_hours & _minutes & _seconds) != -1 && !MeetsTimes();
    }

    /// <summary>The point whose period a second is in, or the next one.</summary>
    public long PeriodOf(long second) => Ceiling(second - _unit + 1);

    /// <summary>The first point from a second on that passes all parts; -1 if there is none.</summary>
    public long FirstFrom(long second)
    {
        if (_never)
        {
            return -1;
        }

        var point = Ceiling(second);
        while (point / SecondsPerDay <= RuleDays.Last)
        {
            SearchBudget.Spend();
            var day = point / SecondsPerDay;
            var time = (int)(point % SecondsPerDay);
            if (!_everyDay && !_days.Matches((int)day))
            {
                point = Ceiling(FirstDayAfter((int)day) * SecondsPerDay);
            }
            else if (!Has(_hours, time / 3600))
            {
                point = Ceiling((day * SecondsPerDay) + ((time / 3600) + 1) * 3600L);
            }
            else if (!Has(_minutes, time / 60 % 60))
            {
                point = Ceiling((day * SecondsPerDay) + ((time / 60) + 1) * 60L);
            }
            else if (!Has(_seconds, time % 60))
            {
                point = Ceiling(point + 1);
            }
            else
            {
                return point;
            }
        }

        return -1;
    }

    private long FirstDayAfter(int day)
    {
        do
        {
            day++;
        }
        while (day <= RuleDays.Last && !_days.Matches(day));

        return day;
    }

    /// <summary>The first point from a second on. The grid goes on before its start, to where clocks repeat what is after it.</summary>
    private long Ceiling(long second)
    {
        var over = (Math.Max(second, 0) - _base) % _step;
        return Math.Max(second, 0) + (over == 0 ? 0 : over > 0 ? _step - over : -over);
    }

    /// <summary>Whether the grid ever meets a time of the day that the parts allow: it comes to the same times modulo the greatest common divisor of its step and a day.</summary>
    private bool MeetsTimes()
    {
        var divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(_step, SecondsPerDay);
        for (var time = _base % divisor; time < SecondsPerDay; time += divisor)
        {
            if (Has(_hours, (int)(time / 3600)) && Has(_minutes, (int)(time / 60 % 60)) && Has(_seconds, (int)(time % 60)))
            {
                return true;
            }
        }

        return false;
    }

    private static long MaskOf(int[]? values) => values is null ? -1 : values.Aggregate(0L, (mask, value) => mask | (1L << value));

    private static bool Has(long mask, int value) => (mask & (1L << value)) != 0;
}
