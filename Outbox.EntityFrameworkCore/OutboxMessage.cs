namespace OrleansTasks.Outbox.EntityFrameworkCore;

/// <summary>Represents a row of the outbox as an entity. The relay changes it later, without a context.</summary>
internal sealed class OutboxMessage
{
    public long Seq { get; set; }

    public required string Id { get; set; }

    public required string Task { get; set; }

    public string? MessageKey { get; set; }

    public string? Arguments { get; set; }

    public string? Options { get; set; }

    public string? Trace { get; set; }

    public long CreatedAt { get; set; }

    public int State { get; set; }

    public int Attempts { get; set; }

    public long NextAt { get; set; }

    public long? RefusedAt { get; set; }

    public string? Reason { get; set; }
}
