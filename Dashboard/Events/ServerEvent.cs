namespace OrleansTasks.Events;

/// <summary>One event to be sent.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Id">What a client that comes back gives as Last-Event-ID.</param>
/// <param name="Data">The data, JSON in UTF-8.</param>
internal readonly record struct ServerEvent(string Type, string Id, ReadOnlyMemory<byte> Data);
