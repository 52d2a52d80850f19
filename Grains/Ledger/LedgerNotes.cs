using OrleansTasks.Collections;

namespace OrleansTasks.Ledger;

/// <summary>Keeps the reports about a task's occurrences since its ledger was last advanced. Pure.</summary>
internal sealed class LedgerNotes
{
    private readonly Dictionary<DateTimeOffset, OccurrenceNote> _notes = [];
    private List<OccurrenceSpan>? _spans;
    private LazySet<DateTimeOffset> _expected;
    private List<(long Sequence, DateTimeOffset Occurrence)>? _looked;
    private bool _hasUntold;

    // The number up to which all results were examined and used, and that of the newest examined result. Null if there is none.
    private long? _seen;
    private long? _newest;

    /// <summary>Gets whether there are reports about single occurrences.</summary>
    public bool HasAny => _notes.Count > 0;

    /// <summary>Gets whether there are reports that no history contains.</summary>
    public bool HasUntold => _hasUntold || _spans is { Count: > 0 };

    /// <summary>Gets the reports about all occurrences of a period.</summary>
    public IReadOnlyList<OccurrenceSpan> Spans => _spans ?? [];

    /// <summary>Gets the occurrences about which there will be another report, because their runs are stored.</summary>
    public IEnumerable<DateTimeOffset> Expected => _expected;

    /// <summary>Returns whether there is a report about an occurrence.</summary>
    public bool Has(DateTimeOffset occurrence) => _notes.ContainsKey(occurrence);

    /// <summary>Adds the outcome of an occurrence.</summary>
    public void Add(DateTimeOffset occurrence, OccurrenceNote note)
    {
        _notes[occurrence] = note;
        _hasUntold |= note.Outcome != OccurrenceOutcome.Fired;
        _expected.Remove(occurrence);
    }

    /// <summary>
    /// Adds the outcome of all occurrences between two instants about which nothing else is known. A report about what the ledger contains
    /// already is dropped: each briefing repeats when the scheduler was started, and would make the ledger due with every result.
    /// </summary>
    /// <param name="span">The occurrences and their outcome.</param>
    /// <param name="through">The instant up to which the ledger was advanced. Null: it is not known.</param>
    public void Add(OccurrenceSpan span, DateTimeOffset? through = null)
    {
        if (span.From <= span.Until)
        {
            // A report of the same kind from the same instant on is an update of the earlier one.
            _spans?.RemoveAll(s => s.From == span.From && s.Reason == span.Reason);
            if (!(span.Until <= through))
            {
                (_spans ??= []).Add(span);
            }
        }
    }

    /// <summary>Records that there will be another report about occurrences.</summary>
    public void Expect(IEnumerable<DateTimeOffset> occurrences) => _expected.UnionWith([.. occurrences]);

    /// <summary>Returns the reports, alone and combined with results.</summary>
    /// <remarks>
    /// Results that were examined before are skipped, because they were used then: a busy task has hundreds, and each costs a memory
    /// access. They are examined again if there is a report that they may contradict.
    /// </remarks>
    /// <param name="results">The results in the history, the newest first.</param>
    /// <param name="keyOf">Returns the occurrence of a result.</param>
    /// <param name="all">Whether to examine all results, because they may belong to open occurrences.</param>
    /// <returns>The reports; the reports combined with results; and whether there are results of runs without an occurrence.</returns>
    public (Dictionary<DateTimeOffset, OccurrenceNote> Said, Dictionary<DateTimeOffset, OccurrenceNote> All, bool HasOthers) With(
        IEnumerable<TaskResult> results, Func<TaskResult, DateTimeOffset> keyOf, bool all)
    {
        var known = _notes.ToDictionary();
        var others = false;
        var before = all || HasUntold ? null : _seen;
        _looked = [];
        foreach (var result in results.TakeWhile(r => !(r.Sequence <= before)))
        {
            _newest = Math.Max(_newest ?? result.Sequence, result.Sequence);
            if (result.Trigger == RunTrigger.Schedule)
            {
                // An occurrence that has fired counts as fired, whatever was reported before that was known.
                var (key, note) = (keyOf(result), OccurrenceNote.Of(result));
                _looked.Add((result.Sequence, key));
                if (!known.TryAdd(key, note) && note.Outcome == OccurrenceOutcome.Fired && known[key].Outcome != OccurrenceOutcome.Fired)
                {
                    known[key] = note;
                }
            }
            else
            {
                others = true;
            }
        }

        return (_notes.ToDictionary(), known, others);
    }

    /// <summary>Makes the next call examine all results again, because what they contributed was removed.</summary>
    public void LookAgain() => _seen = null;

    /// <summary>Removes the reports that a ledger has used, unless they have changed since.</summary>
    /// <param name="said">The reports when the ledger started to advance.</param>
    /// <param name="through">The instant up to which the ledger was advanced.</param>
    public void Remove(IReadOnlyDictionary<DateTimeOffset, OccurrenceNote> said, DateTimeOffset through)
    {
        foreach (var occurrence in said.Where(n => n.Key <= through && _notes.TryGetValue(n.Key, out var note) && note == n.Value)
            .Select(static n => n.Key))
        {
            _notes.Remove(occurrence);
        }

        _hasUntold = _notes.Values.Any(static n => n.Outcome != OccurrenceOutcome.Fired);
        _spans?.RemoveAll(s => s.Until <= through);
        var early = _looked?.Where(l => l.Occurrence > through).Select(static l => (long?)l.Sequence - 1).Min();
        (_seen, _looked) = (early ?? _newest, null);
    }

    /// <summary>Removes all reports.</summary>
    public void Clear()
    {
        _notes.Clear();
        _spans = null;
        _expected.Clear();
        _hasUntold = false;
        (_seen, _newest, _looked) = (null, null, null);
    }
}
