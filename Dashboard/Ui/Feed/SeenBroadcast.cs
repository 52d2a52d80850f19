namespace OrleansTasks.Ui;

/// <summary>Represents a broadcast that this server received.</summary>
/// <param name="Number">The number of the broadcast on this server, from 1.</param>
/// <param name="SentAt">The instant at which it was sent.</param>
/// <param name="Task">The task that sent it; null if a client did.</param>
/// <param name="Json">The message; null if it is too long to keep.</param>
public sealed record SeenBroadcast(long Number, DateTimeOffset SentAt, string? Task, string? Json);
