namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Computes the times of a recurrence rule on a clock without clock changes, from its start to its local end, without the excluded ones.
/// </summary>
/// <remarks>
/// Source: RFC 5545, section 3.3.10. <see cref="RuleInstants"/> handles <c>COUNT</c> and an end that is an instant, because it is not known
/// here which local times occur.
/// </remarks>
internal sealed class RulePattern : ILocalPattern
{
    private const int SecondsPerDay = 86_400;

    private readonly RecurrenceRule _rule;
    private readonly RuleDays _days;
    private readonly RuleTimes _times;
    private readonly HashSet<DateTime> _excluded;
    private readonly RuleGrid? _grid;
    private readonly long _from;
    private readonly long _last;
    private readonly int _basePeriod;
    private Period? _period;
    private Answer? _answer;

    /// <summary>Creates a pattern.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="start">DTSTART, in whole seconds.</param>
    /// <param name="excluded">Local times that are excluded.</param>
    /// <param name="from">
    /// The first local time. It is earlier than the start if a clock change repeats times after the start. Null: the start.
    /// </param>
    public RulePattern(RecurrenceRule rule, DateTime start, HashSet<DateTime> excluded, DateTime? from = null)
    {
        _rule = rule;
        _excluded = excluded;
        var first = start.Ticks / TimeSpan.TicksPerSecond;
        _from = (from ?? start).Ticks / TimeSpan.TicksPerSecond;
        _last = Math.Min(((RuleDays.Last + 1L) * SecondsPerDay) - 1,
            rule.Until is { IsInstant: false } until ? until.Time.Ticks / TimeSpan.TicksPerSecond : long.MaxValue);
        _days = new RuleDays(rule, start);
        _times = new RuleTimes(
            rule.Frequency > RuleFrequency.Hourly ? rule.ByHour ?? [start.Hour] : [0],
            rule.Frequency > RuleFrequency.Minutely ? rule.ByMinute ?? [start.Minute] : [0],
            rule.Frequency > RuleFrequency.Secondly ? rule.BySecond ?? [start.Second] : [0]);
        if (rule.RepeatsWithinDay)
        {
            _grid = new RuleGrid(rule, _days, first);
        }
        else
        {
            _basePeriod = _days.PeriodOf((int)(first / SecondsPerDay));
        }
    }

    /// <summary>
    /// Gets an upper bound for the number of days in a period, including replacements of missing days, and weeks that extend into the
    /// previous or next year.
    /// </summary>
    private int LongestPeriod =>
        _rule.Frequency switch { RuleFrequency.Daily => 1, RuleFrequency.Weekly => 7, RuleFrequency.Monthly => 32, _ => 378 };

    public bool Repeats => _rule.RepeatsWithinDay;

    public DateTime? NextAfter(DateTime local)
    {
        SearchBudget.Spend();

        // A zone asks several times about the same period without times.
        if (_answer is { } known && local >= known.From && local < known.Until)
        {
            return known.Next;
        }

        var next = Find(local.Ticks / TimeSpan.TicksPerSecond);
        while (next is { } found && _excluded.Contains(found))
        {
            SearchBudget.Spend();
            next = Find(found.Ticks / TimeSpan.TicksPerSecond);
        }

        _answer = new Answer(local, next ?? DateTime.MaxValue, next);
        return next;
    }

    private DateTime? Find(long after)
    {
        after = Math.Max(after, _from - 1);
        var found = after >= _last ? -1 : _grid is null ? FindInPeriods(after) : FindOnGrid(after);
        return found < 0 || found > _last ? null : new DateTime(found * TimeSpan.TicksPerSecond);
    }

    private long FindInPeriods(long after)
    {
        if (_rule.BySetPos is { } positions && Array.TrueForAll(positions, p => Math.Abs((long)p) > LongestPeriod * (long)_times.Count))
        {
            // No period has as many times.
            return -1;
        }

        var periods = _days.PeriodOf((int)Math.Min(Math.Max(after, 0) / SecondsPerDay, RuleDays.Last)) - _basePeriod;
        var lastPeriod = _days.PeriodOf(RuleDays.Last);
        var best = -1L;
        for (var n = Math.Max(0, (periods / _rule.Interval) - (_days.Spills ? 1 : 0)); _basePeriod + (n * _rule.Interval) is var period
            && period <= lastPeriod; n++)
        {
            SearchBudget.Spend();
            var found = InPeriod(period, after);
            if (best >= 0)
            {
                // The period after the found one may have an earlier time.
                return found >= 0 && found < best ? found : best;
            }

            if (found >= 0 && !_days.Spills)
            {
                return found;
            }

            best = found;
        }

        return best;
    }

    /// <summary>Returns the first second of a period after another one, or -1 if there is none.</summary>
    private long InPeriod(int period, long after)
    {
        var days = _period is { } known && known.Number == period ? known.Days : (_period = new Period(period, DaysOf(period))).Days;
        if (days.Length == 0)
        {
            return -1;
        }

        if (_rule.BySetPos is not null)
        {
            return FirstPosition((long)days.Length * _times.Count,
                n => ((long)days[n / _times.Count] * SecondsPerDay) + _times[(int)(n % _times.Count)], after);
        }

        var day = after < 0 ? -1 : (int)(after / SecondsPerDay);
        var at = Array.BinarySearch(days, day);
        if (at >= 0 && _times.NextAfter((int)(after % SecondsPerDay)) is >= 0 and var time)
        {
            return ((long)day * SecondsPerDay) + time;
        }

        at = at >= 0 ? at + 1 : ~at;
        return at < days.Length ? ((long)days[at] * SecondsPerDay) + _times[0] : -1;
    }

    private int[] DaysOf(int period)
    {
        var days = _days.Of(period);
        SearchBudget.Spend(1 + (days.Length / 8));
        return days;
    }

    private long FindOnGrid(long after)
    {
        if (_rule.BySetPos is not null && FirstPosition(_times.Count, n => _times[(int)n], -1) < 0)
        {
            // Each period has the same number of times, and none at these positions.
            return -1;
        }

        for (var point = _grid!.FirstFrom(_grid.PeriodOf(after)); point >= 0 && point <= _last; point = _grid.FirstFrom(point + 1))
        {
            SearchBudget.Spend();
            var time = _rule.BySetPos is null
                ? _times.NextAfter((int)Math.Clamp(after - point, -1, SecondsPerDay))
                : FirstPosition(_times.Count, n => _times[(int)n], after - point);
            if (time >= 0)
            {
                return point + time;
            }
        }

        return -1;
    }

    /// <summary>Returns the first second after a given one among those at the chosen positions, or -1 if there is none.</summary>
    private long FirstPosition(long count, Func<long, long> at, long after)
    {
        var best = -1L;
        SearchBudget.Spend(1 + (_rule.BySetPos!.Length / 8));
        foreach (var position in _rule.BySetPos!)
        {
            var index = position > 0 ? position - 1 : count + position;
            if (index >= 0 && index < count && at(index) is var time && time > after && (best < 0 || time < best))
            {
                best = time;
            }
        }

        return best;
    }

    /// <summary>Caches the days of the last requested period.</summary>
    private sealed record Period(int Number, int[] Days);

    /// <summary>Caches the next time for all times in a range.</summary>
    private sealed record Answer(DateTime From, DateTime Until, DateTime? Next);
}
