namespace OrleansTasks.Ledger;

/// <summary>Represents the outcome of all occurrences between two instants about which nothing else is known.</summary>
/// <param name="From">The first instant.</param>
/// <param name="Until">The last instant.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The reason.</param>
internal readonly record struct OccurrenceSpan(DateTimeOffset From, DateTimeOffset Until, OccurrenceOutcome Outcome, OutcomeReason Reason);
