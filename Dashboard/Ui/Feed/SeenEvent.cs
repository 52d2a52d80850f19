namespace OrleansTasks.Ui;

/// <summary>An event that went by.</summary>
/// <param name="Number">Its number in what this server saw, from 1.</param>
/// <param name="Event">The event.</param>
public sealed record SeenEvent(long Number, TaskEvent Event);
