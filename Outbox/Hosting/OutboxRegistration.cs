namespace OrleansTasks.Outbox.Hosting;

/// <summary>Represents an outbox that a host has registered.</summary>
/// <param name="Name">Its name.</param>
internal sealed record OutboxRegistration(string Name);
