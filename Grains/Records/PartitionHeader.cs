using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>What a partition stores about itself.</summary>
internal sealed record PartitionHeader
{
    /// <summary>Names this registry; another one means that storage was lost or exchanged.</summary>
    public Guid Id { get; init; }

    /// <summary>The number of partitions that this cluster was made with.</summary>
    public int Partitions { get; init; }

    public bool Started { get; init; }

    /// <summary>When it was started last; occurrences before are owed to nobody.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was stopped last; null if it never was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Since when ledgers are kept; null in registries of versions that kept none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LedgerFloor { get; init; }

    /// <summary>The silos that were alive when last looked; if none of them is, the cluster has come up from nothing.</summary>
    public IReadOnlyList<string> Silos { get; init; } = [];

    /// <summary>The last sequence number of any task that was forgotten: one that gets its name later goes on from there, so that no number is used twice.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SequenceFloor { get; init; }

    /// <summary>The last generation that a task was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>What is stored of earlier generations than this one was cleared, whether it was removed yet or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ClearedBefore { get; init; }

    /// <summary>The number of the last configuration that was taken over here; 0 if none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Configured { get; init; }

    /// <summary>In partition 0, the configuration that is in force; null if none is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AppliedConfiguration? Configuration { get; init; }
}
