namespace OrleansTasks;

/// <summary>Represents the number of occurrences of a task with the same outcome and reason.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Count">The number of occurrences.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerTotal")]
public sealed record LedgerTotal([property: Id(0)] OccurrenceOutcome Outcome, [property: Id(1)] OutcomeReason Reason,
    [property: Id(2)] long Count);
