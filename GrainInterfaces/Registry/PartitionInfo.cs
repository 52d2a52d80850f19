namespace OrleansTasks;

/// <summary>Represents one partition of the registry.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionInfo")]
public sealed record PartitionInfo
{
    /// <summary>Gets the partition's number, from 0.</summary>
    [Id(0)]
    public int Partition { get; init; }

    /// <summary>Gets the number of partitions that this cluster was created with.</summary>
    [Id(1)]
    public int PartitionCount { get; init; }

    /// <summary>Gets the silo on which the partition is active.</summary>
    [Id(2)]
    public string Silo { get; init; } = "";

    /// <summary>Gets a value indicating whether the partition is started.</summary>
    [Id(3)]
    public bool Started { get; init; }

    /// <summary>Gets the number of tasks in the partition.</summary>
    [Id(4)]
    public int Tasks { get; init; }

    /// <summary>Gets the number of stored runs in the partition that have not ended.</summary>
    [Id(5)]
    public int PendingRuns { get; init; }

    /// <summary>Gets the earliest instant at which something in the partition is due, or null if nothing is.</summary>
    [Id(6)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>
    /// Gets the error of the silo's storage while it fails and writes are retried. Null if storage works, as far as is known.
    /// </summary>
    [Id(81)]
    public string? StorageTrouble { get; init; }

    /// <summary>Gets how long storage has failed, or null if it works.</summary>
    [Id(82)]
    public TimeSpan? StorageFailsFor { get; init; }
}
