using OrleansTasks.Collections;

namespace OrleansTasks.Ledger;

/// <summary>What was said of a task's occurrences since its ledger took something in last. Pure.</summary>
internal sealed class LedgerNotes
{
    private readonly Dictionary<DateTimeOffset, OccurrenceNote> _notes = [];
    private List<OccurrenceSpan>? _spans;
    private LazySet<DateTimeOffset> _expected;
    private List<(long Sequence, DateTimeOffset Occurrence)>? _looked;
    private bool _hasUntold;

    // The number up to which all results were looked at, and have told what they tell; and that of the newest that was looked at. Null: none.
    private long? _seen;
    private long? _newest;

    /// <summary>Whether something was said of single occurrences.</summary>
    public bool HasAny => _notes.Count > 0;

    /// <summary>Whether something was said of which no history tells.</summary>
    public bool HasUntold => _hasUntold || _spans is { Count: > 0 };

    /// <summary>What was said of all occurrences of some stretches.</summary>
    public IReadOnlyList<OccurrenceSpan> Spans => _spans ?? [];

    /// <summary>Occurrences of which something will still be said, because their runs are stored.</summary>
    public IEnumerable<DateTimeOffset> Expected => _expected;

    /// <summary>Whether something was said of an occurrence.</summary>
    public bool Has(DateTimeOffset occurrence) => _notes.ContainsKey(occurrence);

    /// <summary>Takes what came of an occurrence.</summary>
    public void Add(DateTimeOffset occurrence, OccurrenceNote note)
    {
        _notes[occurrence] = note;
        _hasUntold |= note.Outcome != OccurrenceOutcome.Fired;
        _expected.Remove(occurrence);
    }

    /// <summary>Takes what came of all occurrences between two instants of which nothing else is known.</summary>
    public void Add(OccurrenceSpan span)
    {
        if (span.From <= span.Until)
        {
            // One of the same kind from the same instant on is the same, of which more is known now.
            _spans ??= [];
            _spans.RemoveAll(s => s.From == span.From && s.Reason == span.Reason);
            _spans.Add(span);
        }
    }

    /// <summary>Takes that something will still be said of occurrences.</summary>
    public void Expect(IEnumerable<DateTimeOffset> occurrences) => _expected.UnionWith([.. occurrences]);

    /// <summary>What was said, by itself and together with what results tell.</summary>
    /// <remarks>
    /// Results that were looked at before are left out, as they were taken in then: a busy task has hundreds, each of which is a place in memory to go to.
    /// They are looked at again where something was said that they may contradict.
    /// </remarks>
    /// <param name="results">The results that the history has, the newest first.</param>
    /// <param name="keyOf">The occurrence that a result is for.</param>
    /// <param name="all">Whether all are to be looked at, because occurrences are open that they may be of.</param>
    /// <returns>What was said; that and what results tell; and whether there are results of other runs than those of occurrences.</returns>
    public (Dictionary<DateTimeOffset, OccurrenceNote> Said, Dictionary<DateTimeOffset, OccurrenceNote> All, bool HasOthers) With(IEnumerable<TaskResult> results, Func<TaskResult, DateTimeOffset> keyOf, bool all)
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
                // What has fired has, whatever was said of it before that was known.
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

    /// <summary>Has all results looked at again: what they told was taken back.</summary>
    public void LookAgain() => _seen = null;

    /// <summary>Drops what a ledger has taken in, unless something else was said of it since.</summary>
    /// <param name="said">What was said when it began to.</param>
    /// <param name="through">Up to when it has taken all in.</param>
    public void Remove(IReadOnlyDictionary<DateTimeOffset, OccurrenceNote> said, DateTimeOffset through)
    {
        foreach (var occurrence in said.Where(n => n.Key <= through && _notes.TryGetValue(n.Key, out var note) && note == n.Value).Select(static n => n.Key))
        {
            _notes.Remove(occurrence);
        }

        _hasUntold = _notes.Values.Any(static n => n.Outcome != OccurrenceOutcome.Fired);
        _spans?.RemoveAll(s => s.Until <= through);
        var early = _looked?.Where(l => l.Occurrence > through).Select(static l => (long?)l.Sequence - 1).Min();
        (_seen, _looked) = (early ?? _newest, null);
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        _notes.Clear();
        _spans = null;
        _expected.Clear();
        _hasUntold = false;
        (_seen, _newest, _looked) = (null, null, null);
    }
}
