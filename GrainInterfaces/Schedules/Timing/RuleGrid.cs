namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the hours, minutes or seconds at which a rule that repeats within a day has a period that matches its parts. Seconds are
/// counted from 0001-01-01.
/// </summary>
internal sealed class RuleGrid
{
    private const int SecondsPerDay = 86_400;

    // If more points than these match in a cycle, at least one in twenty does, and the search takes few steps.
    private const int FewPoints = 4_096;

    private readonly RuleDays _days;
    private readonly int _unit;
    private readonly long _base;
    private readonly long _step;
    private readonly long _hours;
    private readonly long _minutes;
    private readonly long _seconds;
    private readonly bool _everyDay;
    private readonly bool _everyTime;
    private readonly long _cycle;
    private readonly int[]? _onTime;

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
        _everyTime = (_hours & _minutes & _seconds) == -1;
        _cycle = SecondsPerDay / (long)System.Numerics.BigInteger.GreatestCommonDivisor(_step, SecondsPerDay);
        _onTime = _everyTime ? [] : PointsOnTime();
    }

    /// <summary>Returns the point whose period contains a second, or the next one.</summary>
    public long PeriodOf(long second) => Ceiling(second - _unit + 1);

    /// <summary>Returns the first point from a second on that matches all parts, or -1 if there is none.</summary>
    public long FirstFrom(long second)
    {
        for (var point = FirstOnTime(Ceiling(second)); point >= 0 && point / SecondsPerDay <= RuleDays.Last; point = FirstOnTime(point))
        {
            SearchBudget.Spend();
            var day = (int)(point / SecondsPerDay);
            if (_everyDay || _days.Matches(day))
            {
                return point;
            }

            point = Ceiling(FirstDayAfter(day) * (long)SecondsPerDay);
        }

        return -1;
    }

    /// <summary>Returns this point, or the first one after it, whose time of day the parts allow. Returns -1 if there is none.</summary>
    private long FirstOnTime(long point)
    {
        if (_everyTime)
        {
            return point;
        }

        if (_onTime is null)
        {
            return StepToTime(point);
        }

        if (_onTime.Length == 0)
        {
            return -1;
        }

        var number = (point - _base) / _step;
        var inCycle = (int)(((number % _cycle) + _cycle) % _cycle);
        var at = Array.BinarySearch(_onTime, inCycle);
        at = at >= 0 ? at : ~at;
        var next = at < _onTime.Length ? _onTime[at] : _cycle + _onTime[0];
        return point + ((next - inCycle) * _step);
    }

    private long StepToTime(long point)
    {
        for (; ; SearchBudget.Spend())
        {
            var (day, time) = (point / SecondsPerDay * SecondsPerDay, (int)(point % SecondsPerDay));
            if (!Has(_hours, time / 3600))
            {
                point = Ceiling(day + ((time / 3600) + 1) * 3600L);
            }
            else if (!Has(_minutes, time / 60 % 60))
            {
                point = Ceiling(day + ((time / 60) + 1) * 60L);
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

    /// <summary>
    /// Returns the first point from a second on. The grid extends before its start, because a clock change may repeat times after it.
    /// </summary>
    private long Ceiling(long second)
    {
        var over = (Math.Max(second, 0) - _base) % _step;
        return Math.Max(second, 0) + (over == 0 ? 0 : over > 0 ? _step - over : -over);
    }

    /// <summary>
    /// Returns the numbers of the points in the first cycle at a time of day that the parts allow. After that many points, the grid reaches
    /// the same times again. A search for them one after the other could step through years of a schedule: among all points of every 8,353
    /// seconds, one in 86,400 is at midnight.
    /// </summary>
    /// <returns>The numbers, or null if there are too many to keep.</returns>
    private int[]? PointsOnTime()
    {
        var found = new List<int>();
        var step = (int)(_step % SecondsPerDay);
        for (var (n, time) = (0, (int)(_base % SecondsPerDay)); n < _cycle; n++, time = (time + step) % SecondsPerDay)
        {
            if (Has(_hours, time / 3600) && Has(_minutes, time / 60 % 60) && Has(_seconds, time % 60))
            {
                if (found.Count == FewPoints)
                {
                    return null;
                }

                found.Add(n);
            }
        }

        return [.. found];
    }

    private static long MaskOf(int[]? values) => values is null ? -1 : values.Aggregate(0L, (mask, value) => mask | (1L << value));

    private static bool Has(long mask, int value) => (mask & (1L << value)) != 0;
}
