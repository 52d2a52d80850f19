using Ical.Net;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;

namespace OrleansTasks;

/// <summary>The local times of a recurrence rule of RFC 5545, with further ones and without excluded ones. The rule's own are the Ical.Net library's.</summary>
internal sealed class RulePattern : ILocalPattern
{
    // One that is asked for often computes some ahead.
    private const int Ahead = 32;

    // So many steps without a time, and there is taken to be none: more than a day of seconds, more than a year of minutes, and decades of all else.
    private int LongestSearch => _rule.Frequency switch
    {
        FrequencyType.Secondly => 100_000,
        FrequencyType.Minutely => 600_000,
        FrequencyType.Hourly => 200_000,
        _ => 40_000,
    };

    private static readonly TimeSpan SafetyMargin = TimeSpan.FromDays(1);
    private readonly RecurrenceRule _rule;
    private readonly RecurrencePatternEvaluator _evaluator;
    private readonly DateTime _start;
    private readonly DateTime _lastOfRule;
    private readonly SortedSet<DateTime> _included;
    private readonly HashSet<DateTime> _excluded;

    // What the rule gives after some time; null at its end where there is no more. Replaced as a whole, so it needs no lock.
    private Window? _window;

    /// <param name="rule">The rule.</param>
    /// <param name="start">DTSTART.</param>
    /// <param name="until">No time of the rule is later; null: as the rule says.</param>
    /// <param name="included">RDATE.</param>
    /// <param name="excluded">EXDATE.</param>
    public RulePattern(RecurrenceRule rule, DateTime start, DateTime? until, IEnumerable<DateTime> included, IEnumerable<DateTime> excluded)
    {
        _rule = rule;
        _start = start;
        _included = [.. included];
        _excluded = [.. excluded];
        _lastOfRule = rule.Count is null ? until ?? DateTime.MaxValue : LastOfCount();

        // Without a number to count to, it need not be read from its start.
        rule.Count = null;
        _evaluator = new RecurrencePatternEvaluator(rule);
    }

    public bool Repeats => _rule.Frequency < FrequencyType.Daily;

    public DateTime? NextAfter(DateTime local)
    {
        var ofRule = NextOfRule(local);
        while (ofRule is { } time && _excluded.Contains(time))
        {
            ofRule = NextOfRule(time);
        }

        if (_included.Count == 0)
        {
            return ofRule;
        }

        foreach (var included in _included.GetViewBetween(local < DateTime.MaxValue ? local.AddTicks(1) : local, DateTime.MaxValue))
        {
            if (!_excluded.Contains(included))
            {
                return ofRule < included ? ofRule : included;
            }
        }

        return ofRule;
    }

    private DateTime? NextOfRule(DateTime local)
    {
        if (local >= _lastOfRule)
        {
            return null;
        }

        var window = _window;
        if (window is null || local < window.After || !window.Covers(local))
        {
            _window = window = Read(local);
        }

        return window.NextAfter(local) is { } next && next <= _lastOfRule ? next : null;
    }

    private Window Read(DateTime after)
    {
        var times = new DateTime[Ahead];
        var count = 0;
        var complete = false;
        try
        {
            using var found = Enumerate(after).GetEnumerator();
            while (count < Ahead)
            {
                if (!found.MoveNext())
                {
                    complete = true;
                    break;
                }

                if (found.Current > after && (count == 0 || found.Current > times[count - 1]))
                {
                    times[count++] = found.Current;
                }
            }
        }
        catch (Exception e) when (e is EvaluationException or ArgumentException)
        {
            // Nothing for very long, or the end of the calendar.
            complete = true;
        }

        return new Window(after, times[..count], complete);
    }

    private IEnumerable<DateTime> Enumerate(DateTime after)
    {
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = LongestSearch };
        var from = after < _start ? _start : after;

        // The library goes from the rule's start to the period step by step, which takes long for a short step: the start is moved near, along the rule's grid.
        return _evaluator.Evaluate(new CalDateTime(Near(from)), new CalDateTime(from.AddTicks(-(from.Ticks % TimeSpan.TicksPerSecond))), options)
            .Select(p => p.StartTime.Value).TakeWhile(t => t <= _lastOfRule);
    }

    private DateTime Near(DateTime time)
    {
        var step = _rule.Frequency switch
        {
            FrequencyType.Secondly => TimeSpan.FromSeconds(1),
            FrequencyType.Minutely => TimeSpan.FromMinutes(1),
            FrequencyType.Hourly => TimeSpan.FromHours(1),
            FrequencyType.Daily => TimeSpan.FromDays(1),
            FrequencyType.Weekly => TimeSpan.FromDays(7),
            _ => TimeSpan.Zero,
        } * _rule.Interval;
        var distance = time - _start - SafetyMargin - step;
        return step > TimeSpan.Zero && distance > step ? _start + (step * Math.Floor(distance / step)) : _start;
    }

    private DateTime LastOfCount()
    {
        var last = DateTime.MinValue;
        try
        {
            foreach (var period in new RecurrencePatternEvaluator(_rule).Evaluate(new CalDateTime(_start), null, new EvaluationOptions { MaxUnmatchedIncrementsLimit = LongestSearch }))
            {
                last = period.StartTime.Value;
            }
        }
        catch (Exception e) when (e is EvaluationException or ArgumentException)
        {
            // It ends before it has as many.
        }

        return last;
    }

    /// <summary>The times that follow an instant, as far as they were looked for.</summary>
    private sealed record Window(DateTime After, DateTime[] Times, bool Complete)
    {
        public bool Covers(DateTime local) => Complete || (Times.Length > 0 && local < Times[^1]);

        public DateTime? NextAfter(DateTime local)
        {
            var at = Array.BinarySearch(Times, local);
            var index = at >= 0 ? at + 1 : ~at;
            return index < Times.Length ? Times[index] : null;
        }
    }
}
