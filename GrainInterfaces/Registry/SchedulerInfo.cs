namespace OrleansTasks;

/// <summary>The cluster's scheduler, all partitions together.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SchedulerInfo")]
public sealed record SchedulerInfo
{
    /// <summary>Whether tasks run.</summary>
    [Id(0)]
    public SchedulerState State { get; init; }

    /// <summary>The number of tasks in the registry, cancelled ones included.</summary>
    [Id(1)]
    public long Tasks { get; init; }

    /// <summary>The number of runs that are stored and have not ended.</summary>
    [Id(2)]
    public long PendingRuns { get; init; }

    /// <summary>The earliest instant at which something is due; null if nothing is.</summary>
    [Id(3)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>The partitions.</summary>
    [Id(4)]
    public IReadOnlyList<PartitionInfo> Partitions { get; init; } = [];
}
