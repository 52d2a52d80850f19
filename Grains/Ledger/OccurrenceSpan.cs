namespace OrleansTasks.Ledger;

/// <summary>What came of all occurrences between two instants of which nothing else is known.</summary>
/// <param name="From">The first instant.</param>
/// <param name="Until">The last instant.</param>
/// <param name="Outcome">What came of them.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct OccurrenceSpan(DateTimeOffset From, DateTimeOffset Until, OccurrenceOutcome Outcome, OutcomeReason Reason);
