using OrleansTasks.Collections;

namespace OrleansTasks.Ledger;

/// <summary>What was said of a task's occurrences since its ledger took something in last. Pure.</summary>
internal sealed class LedgerNotes
{
    private readonly Dictionary<DateTimeOffset, OccurrenceNote> _notes = [];
    private List<OccurrenceSpan>? _spans;
    private LazySet<DateTimeOffset> _expected;
    private bool _hasUntold;

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
    /// <param name="results">The results that the history has.</param>
    /// <param name="keyOf">The occurrence that a result is for.</param>
    /// <returns>What was said; that and what results tell; and whether there are results of other runs than those of occurrences.</returns>
    public (Dictionary<DateTimeOffset, OccurrenceNote> Said, Dictionary<DateTimeOffset, OccurrenceNote> All, bool HasOthers) With(IEnumerable<TaskResult> results, Func<TaskResult, DateTimeOffset> keyOf)
    {
        var all = _notes.ToDictionary();
        var others = false;
        foreach (var result in results)
        {
            if (result.Trigger == RunTrigger.Schedule)
            {
                // What has fired has, whatever was said of it before that was known.
                var (key, note) = (keyOf(result), OccurrenceNote.Of(result));
                if (!all.TryAdd(key, note) && note.Outcome == OccurrenceOutcome.Fired && all[key].Outcome != OccurrenceOutcome.Fired)
                {
                    all[key] = note;
                }
            }
            else
            {
                others = true;
            }
        }

        return (_notes.ToDictionary(), all, others);
    }

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
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        _notes.Clear();
        _spans = null;
        _expected.Clear();
        _hasUntold = false;
    }
}
