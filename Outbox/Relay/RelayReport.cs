namespace OrleansTasks.Outbox.Relay;

/// <summary>Contains what a relay does.</summary>
/// <param name="State">What it does.</param>
/// <param name="Since">Since when.</param>
/// <param name="Trouble">The last error of a failing relay, or null.</param>
/// <param name="Counts">The rows that an active relay last counted, or null.</param>
internal sealed record RelayReport(RelayState State, DateTimeOffset Since, string? Trouble, OutboxCounts? Counts);
