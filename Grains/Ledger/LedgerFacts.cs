namespace OrleansTasks.Ledger;

/// <summary>What is known of occurrences that a ledger does not account for yet. Pure.</summary>
internal sealed class LedgerFacts
{
    private readonly Dictionary<DateTimeOffset, OccurrenceNote> _notes;
    private readonly HashSet<DateTimeOffset> _open;
    private readonly IReadOnlyList<OccurrenceSpan> _spans;
    private readonly DateTimeOffset[] _known;

    /// <param name="notes">What came of single occurrences.</param>
    /// <param name="open">Occurrences of which something is still to come.</param>
    /// <param name="spans">What came of the others; where they overlap, the first counts.</param>
    public LedgerFacts(IEnumerable<KeyValuePair<DateTimeOffset, OccurrenceNote>> notes, IEnumerable<DateTimeOffset> open, IReadOnlyList<OccurrenceSpan> spans)
    {
        _notes = new(notes);
        _open = [.. open];
        _spans = spans;
        _known = [.. _notes.Keys.Union(_open).Order()];
    }

    /// <summary>What came of it; null if that is not known by itself.</summary>
    public OccurrenceNote? NoteOf(DateTimeOffset occurrence) => _notes.TryGetValue(occurrence, out var note) ? note : null;

    public bool IsOpen(DateTimeOffset occurrence) => _open.Contains(occurrence);

    /// <summary>What came of an occurrence of which nothing is known by itself, and up to which instant that is so.</summary>
    public OccurrenceSpan SpanAt(DateTimeOffset occurrence, OccurrenceSpan? planned)
    {
        var spans = planned is { } first ? _spans.Prepend(first) : _spans;
        var found = new OccurrenceSpan(occurrence, DateTimeOffset.MaxValue, OccurrenceOutcome.Missed, OutcomeReason.OwnerLost);
        var end = DateTimeOffset.MaxValue;
        foreach (var span in spans)
        {
            if (span.From <= occurrence && occurrence <= span.Until)
            {
                found = span;
                break;
            }

            // An earlier one that begins later ends it.
            end = span.From > occurrence && span.From < end ? span.From : end;
        }

        var until = end == DateTimeOffset.MaxValue || found.Until < end ? found.Until : end.AddTicks(-1);
        var at = Array.BinarySearch(_known, occurrence);
        var next = at >= 0 ? at + 1 : ~at;
        return found with { Until = next < _known.Length && _known[next] <= until ? _known[next].AddTicks(-1) : until };
    }
}
