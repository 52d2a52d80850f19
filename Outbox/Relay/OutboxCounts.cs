namespace OrleansTasks.Outbox.Relay;

/// <summary>Contains how many rows an outbox has.</summary>
/// <param name="Waiting">The rows that wait to be handed over.</param>
/// <param name="Oldest">When the first of them was added, or null if there is none.</param>
/// <param name="Refused">The rows that were refused.</param>
internal sealed record OutboxCounts(long Waiting, DateTimeOffset? Oldest, long Refused);
