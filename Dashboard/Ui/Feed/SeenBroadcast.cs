namespace OrleansTasks.Ui;

/// <summary>A broadcast that went by.</summary>
/// <param name="Number">Its number in what this server saw, from 1.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Task">The task that sent it; null if a client did.</param>
/// <param name="Json">The message; null if it is long.</param>
public sealed record SeenBroadcast(long Number, DateTimeOffset SentAt, string? Task, string? Json);
