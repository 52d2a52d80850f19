namespace OrleansTasks.Events;

/// <summary>Represents one event to send.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Id">The id that a client sends as Last-Event-ID when it reconnects.</param>
/// <param name="Data">The data, as JSON in UTF-8.</param>
internal readonly record struct ServerEvent(string Type, string Id, ReadOnlyMemory<byte> Data);
