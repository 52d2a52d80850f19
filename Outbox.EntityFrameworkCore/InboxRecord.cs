namespace OrleansTasks.Outbox.EntityFrameworkCore;

/// <summary>Represents a recorded run as an entity, so that the model creates its table.</summary>
internal sealed class InboxRecord
{
    public required string Id { get; set; }

    public required string Task { get; set; }

    public long RecordedAt { get; set; }
}
