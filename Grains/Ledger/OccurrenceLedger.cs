namespace OrleansTasks.Ledger;

/// <summary>
/// Represents the outcomes of a task's planned instants: ranges with the same outcome and reason, and open instants whose outcome is not
/// known yet. Each instant of a plan is in it once. Pure.
/// </summary>
internal sealed class OccurrenceLedger
{
    public const int MaxRanges = LedgerQuery.MaxLimit;
    private const int MaxSplit = 10_000;
    private readonly List<LedgerRange> _ranges;
    private readonly SortedSet<DateTimeOffset> _open;
    private readonly Dictionary<(OccurrenceOutcome Outcome, OutcomeReason Reason), long> _earlier;

    public OccurrenceLedger(DateTimeOffset since)
        : this(since, since, [], [], [])
    {
    }

    public OccurrenceLedger(DateTimeOffset since, DateTimeOffset through, IEnumerable<LedgerRange> ranges, IEnumerable<DateTimeOffset> open,
        IEnumerable<LedgerTotal> earlier)
    {
        (Since, Through) = (since, through);
        _ranges = [.. ranges];
        _open = [.. open];
        _earlier = earlier.ToDictionary(t => (t.Outcome, t.Reason), t => t.Count);
    }

    /// <summary>Gets the instant after which instants are in the ledger.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Gets the instant up to which instants are in the ledger.</summary>
    public DateTimeOffset Through { get; private set; }

    public IReadOnlyList<LedgerRange> Ranges => _ranges;

    /// <summary>Gets the instants whose outcome is not known yet.</summary>
    public IReadOnlyCollection<DateTimeOffset> Open => _open;

    /// <summary>Gets the totals that are no longer kept in ranges.</summary>
    public IEnumerable<LedgerTotal> Earlier => _earlier.Select(e => new LedgerTotal(e.Key.Outcome, e.Key.Reason, e.Value));

    public IEnumerable<LedgerTotal> Totals => _ranges.Select(r => new LedgerTotal(r.Outcome, r.Reason, r.Count)).Concat(Earlier)
        .GroupBy(t => (t.Outcome, t.Reason)).Select(g => new LedgerTotal(g.Key.Outcome, g.Key.Reason, g.Sum(t => t.Count)))
        .OrderBy(t => t.Outcome).ThenBy(t => t.Reason);

    /// <summary>Adds the instants of a plan up to an instant, with what is known about them.</summary>
    /// <returns>The number of instants with an outcome that the history of results alone does not contain, and the number of those with one
    /// that it does.</returns>
    public (long Untold, long Told) Advance(LedgerPlan plan, DateTimeOffset through, LedgerFacts facts)
    {
        var (untold, told) = (0L, 0L);
        while (plan.NextPlanned(Through, through) is { } next)
        {
            var count = 1L;
            var last = next.Utc;
            if (!next.Occurs)
            {
                var clock = next.Effects.HasFlag(OccurrenceEffects.ClocksForward) || next.Effects.HasFlag(OccurrenceEffects.ClocksBack);
                Add(new()
                {
                    From = last,
                    To = last,
                    Outcome = OccurrenceOutcome.Skipped,
                    Reason = next.Effects.HasFlag(OccurrenceEffects.ClosedHours) ? OutcomeReason.ClosedHours : clock
                        ? OutcomeReason.ClockChange : OutcomeReason.ClosedDay
                });
                untold++;
            }
            else if (facts.NoteOf(last) is { } note)
            {
                Add(RangeOf(last, note));
                (untold, told) = note.Outcome == OccurrenceOutcome.Fired ? (untold, told + 1) : (untold + 1, told);
            }
            else if (facts.IsOpen(last))
            {
                _open.Add(last);
            }
            else
            {
                var span = facts.SpanAt(last, plan.Pause);
                if (plan.Grid is { } period)
                {
                    var end = span.Until < through ? span.Until : through;
                    count += (end - last).Ticks / period.Ticks;
                    last = last.AddTicks((count - 1) * period.Ticks);
                }

                Add(new() { From = next.Utc, To = last, Count = count, Outcome = span.Outcome, Reason = span.Reason });
                untold += count;
            }

            Through = last;
        }

        Through = through > Through ? through : Through;
        return (untold, told);
    }

    /// <summary>
    /// Removes everything after an instant, because the clock was set back. A range that extends beyond it keeps a proportional part.
    /// </summary>
    public void GoBack(DateTimeOffset now)
    {
        _open.RemoveWhere(o => o > now);
        _ranges.RemoveAll(r => r.From > now);
        for (var i = 0; i < _ranges.Count; i++)
        {
            if (_ranges[i] is var range && range.To > now)
            {
                var share = (now - range.From) / (range.To - range.From);
                _ranges[i] = range with { To = now, Count = Math.Max(1, (long)(range.Count * share)) };
            }
        }

        Since = now < Since ? now : Since;
        Through = now < Through ? now : Through;
    }

    /// <summary>
    /// Records the outcome of an instant that is already in the ledger: an open one, or one about which too little was known.
    /// </summary>
    /// <returns>Whether the ledger changes.</returns>
    public bool Settle(DateTimeOffset occurrence, OccurrenceNote note)
    {
        var at = IndexAfter(occurrence);
        if (_open.Remove(occurrence))
        {
            _ranges.Insert(at, RangeOf(occurrence, note));
        }
        else if (at > 0 && _ranges[at - 1] is { Reason: OutcomeReason.OwnerLost, Count: 1 } known && known.From == occurrence
            && note.Reason != OutcomeReason.OwnerLost)
        {
            _ranges[--at] = RangeOf(occurrence, note);
        }
        else
        {
            return false;
        }

        MergeAround(at);
        return true;
    }

    /// <summary>
    /// Records that an instant has fired about which something else was recorded. An activation that was replaced, or its silo, has
    /// reported it later.
    /// </summary>
    /// <returns>Whether the ledger changes.</returns>
    public bool Correct(DateTimeOffset occurrence, OccurrenceNote note, LedgerPlan plan)
    {
        var at = IndexAfter(occurrence) - 1;
        if (at < 0 || _ranges[at] is not { Outcome: not OccurrenceOutcome.Fired } range || occurrence > range.To
            || (!IsOf(range, occurrence) && (range.From <= plan.Since || !plan.Has(occurrence))))
        {
            return false;
        }

        var before = occurrence == range.From ? (0, occurrence) : plan.Stretch(range.From, occurrence, MaxSplit);
        var next = occurrence == range.To ? null : plan.NextPlanned(occurrence, range.To)?.Utc;
        if (before is not { } earlier || range.Count - earlier.Count - 1 is var later && (later < 0 || later > 0 != next is not null))
        {
            return false;
        }

        _ranges.RemoveAt(at);
        if (later > 0)
        {
            _ranges.Insert(at, range with { From = next!.Value, Count = later });
        }

        _ranges.Insert(at, RangeOf(occurrence, note));
        if (earlier.Count > 0)
        {
            _ranges.Insert(at++, range with { To = earlier.Last, Count = earlier.Count });
        }

        MergeAround(at);
        return true;
    }

    /// <summary>Returns whether a range consists of just this instant. Then it does not matter which plan it belongs to.</summary>
    private static bool IsOf(LedgerRange range, DateTimeOffset occurrence) => range.Count == 1 && range.From == occurrence;

    private void MergeAround(int at)
    {
        if (at + 1 < _ranges.Count)
        {
            TryMerge(at);
        }

        if (at > 0)
        {
            TryMerge(at - 1);
        }

        Trim();
    }

    private static LedgerRange RangeOf(DateTimeOffset at, OccurrenceNote note) =>
        new() { From = at, To = at, Outcome = note.Outcome, Reason = note.Reason, GreatestDelay = note.Delay };

    private void Add(LedgerRange range)
    {
        _ranges.Add(range);
        if (_ranges.Count > 1)
        {
            TryMerge(_ranges.Count - 2);
        }

        Trim();
    }

    /// <summary>
    /// Merges a range with the next one, unless something lies between them or there may be another report about one of them.
    /// </summary>
    private void TryMerge(int index)
    {
        var (one, next) = (_ranges[index], _ranges[index + 1]);
        if (one.Outcome == next.Outcome && one.Reason == next.Reason
            && (one.Reason != OutcomeReason.OwnerLost || (one.Count > 1 && next.Count > 1))
            && (_open.Count == 0 || _open.GetViewBetween(one.To, next.From).Count == 0))
        {
            var delay = one.GreatestDelay > next.GreatestDelay ? one.GreatestDelay : next.GreatestDelay;
            _ranges[index] = one with { To = next.To, Count = one.Count + next.Count, GreatestDelay = delay };
            _ranges.RemoveAt(index + 1);
        }
    }

    private void Trim()
    {
        while (_ranges.Count > MaxRanges)
        {
            var first = _ranges[0];
            _earlier[(first.Outcome, first.Reason)] = _earlier.GetValueOrDefault((first.Outcome, first.Reason)) + first.Count;
            _ranges.RemoveAt(0);
        }
    }

    /// <summary>Returns the index of the first range that starts after an instant.</summary>
    private int IndexAfter(DateTimeOffset instant)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].From <= instant ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
