namespace OrleansTasks;

/// <summary>How many occurrences of a task have an outcome for a reason.</summary>
/// <param name="Outcome">What came of them.</param>
/// <param name="Reason">Why.</param>
/// <param name="Count">How many they are.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.LedgerTotal")]
public sealed record LedgerTotal(OccurrenceOutcome Outcome, OutcomeReason Reason, long Count);
