namespace OrleansTasks.Ui;

/// <summary>Represents an event that this server received.</summary>
/// <param name="Number">The number of the event on this server, from 1.</param>
/// <param name="Event">The event.</param>
public sealed record SeenEvent(long Number, TaskEvent Event);
