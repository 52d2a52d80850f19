namespace OrleansTasks;

/// <summary>One partition of the registry.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.PartitionInfo")]
public sealed record PartitionInfo
{
    /// <summary>The partition's number, from 0.</summary>
    [Id(0)]
    public int Partition { get; init; }

    /// <summary>The number of partitions that this cluster was made with.</summary>
    [Id(1)]
    public int PartitionCount { get; init; }

    /// <summary>The silo that it is active on.</summary>
    [Id(2)]
    public string Silo { get; init; } = "";

    /// <summary>Whether it is started.</summary>
    [Id(3)]
    public bool Started { get; init; }

    /// <summary>The number of tasks in it.</summary>
    [Id(4)]
    public int Tasks { get; init; }

    /// <summary>The number of runs in it that are stored and have not ended.</summary>
    [Id(5)]
    public int PendingRuns { get; init; }

    /// <summary>The earliest instant at which something in it is due; null if nothing is.</summary>
    [Id(6)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>What its silo's storage says, if it fails: writes are tried again. Null if it works, as far as is known.</summary>
    [Id(81)]
    public string? StorageTrouble { get; init; }

    /// <summary>For how long it fails; null if it works.</summary>
    [Id(82)]
    public TimeSpan? StorageFailsFor { get; init; }
}
