namespace OrleansTasks.Outbox.EntityFrameworkCore;

/// <summary>Represents the lease of the active relay as an entity, so that the model creates its table.</summary>
internal sealed class OutboxLease
{
    public required string Name { get; set; }

    public required string Owner { get; set; }

    public long ExpiresAt { get; set; }
}
