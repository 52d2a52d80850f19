using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>Contains what a partition stores about itself.</summary>
internal sealed record PartitionHeader
{
    /// <summary>Gets the id of this registry. Another id means that storage was lost or exchanged.</summary>
    public Guid Id { get; init; }

    /// <summary>Gets the number of partitions with which this cluster was created.</summary>
    public int Partitions { get; init; }

    public bool Started { get; init; }

    /// <summary>Gets when it was last started. Earlier occurrences are not caught up.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it was last stopped, or null if it never was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Gets since when ledgers are kept, or null in registries of versions that kept none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LedgerFloor { get; init; }

    /// <summary>Gets the silos that were alive at the last check. If none of them is alive, the cluster has started from nothing.</summary>
    public IReadOnlyList<string> Silos { get; init; } = [];

    /// <summary>
    /// Gets the last sequence number of any forgotten task. A later task with the same name continues from there, so that no number is used
    /// twice.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long SequenceFloor { get; init; }

    /// <summary>Gets the last generation that was given to a task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>Gets the generation before which all stored items were cleared, whether they are removed yet or not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ClearedBefore { get; init; }

    /// <summary>Gets the number of the last configuration that was applied here, or 0 if none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Configured { get; init; }

    /// <summary>Gets, in partition 0, the configuration that is in force, or null if there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AppliedConfiguration? Configuration { get; init; }
}
