namespace OrleansTasks.Ledger;

/// <summary>Represents what is known about occurrences that a ledger does not contain yet. Pure.</summary>
internal sealed class LedgerFacts
{
    private readonly Dictionary<DateTimeOffset, OccurrenceNote> _notes;
    private readonly HashSet<DateTimeOffset> _open;
    private readonly IReadOnlyList<OccurrenceSpan> _spans;
    private readonly DateTimeOffset[] _known;

    /// <param name="notes">The outcomes of single occurrences.</param>
    /// <param name="open">The occurrences whose outcome is not known yet.</param>
    /// <param name="spans">The outcomes of all other occurrences. Where spans overlap, the first one counts.</param>
    public LedgerFacts(IEnumerable<KeyValuePair<DateTimeOffset, OccurrenceNote>> notes, IEnumerable<DateTimeOffset> open,
        IReadOnlyList<OccurrenceSpan> spans)
    {
        _notes = new(notes);
        _open = [.. open];
        _spans = spans;
        _known = [.. _notes.Keys.Union(_open).Order()];
    }

    /// <summary>Returns the outcome of a single occurrence; null if it is not known.</summary>
    public OccurrenceNote? NoteOf(DateTimeOffset occurrence) => _notes.TryGetValue(occurrence, out var note) ? note : null;

    public bool IsOpen(DateTimeOffset occurrence) => _open.Contains(occurrence);

    /// <summary>
    /// Returns the outcome of an occurrence about which nothing specific is known, and the instant up to which this outcome applies.
    /// </summary>
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

            // An earlier span that starts later ends it.
            end = span.From > occurrence && span.From < end ? span.From : end;
        }

        var until = end == DateTimeOffset.MaxValue || found.Until < end ? found.Until : end.AddTicks(-1);
        var at = Array.BinarySearch(_known, occurrence);
        var next = at >= 0 ? at + 1 : ~at;
        return found with { Until = next < _known.Length && _known[next] <= until ? _known[next].AddTicks(-1) : until };
    }
}
