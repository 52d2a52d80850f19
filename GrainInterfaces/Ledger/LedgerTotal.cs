namespace OrleansTasks;

/// <summary>How many occurrences of a task have an outcome for a reason.</summary>
/// <param name="Outcome">What came of them.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many they are.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerTotal")]
public sealed record LedgerTotal([property: Id(0)] OccurrenceOutcome Outcome, [property: Id(1)] OutcomeReason Reason, [property: Id(2)] long Count);
