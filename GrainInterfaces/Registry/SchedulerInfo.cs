namespace OrleansTasks;

/// <summary>Represents the cluster's scheduler, all partitions together.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SchedulerInfo")]
public sealed record SchedulerInfo
{
    /// <summary>Gets the state of the scheduler.</summary>
    [Id(0)]
    public SchedulerState State { get; init; }

    /// <summary>Gets the number of tasks in the registry, cancelled ones included.</summary>
    [Id(1)]
    public long Tasks { get; init; }

    /// <summary>Gets the number of stored runs that have not ended.</summary>
    [Id(2)]
    public long PendingRuns { get; init; }

    /// <summary>Gets the earliest instant at which something is due, or null if nothing is.</summary>
    [Id(3)]
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets the partitions.</summary>
    [Id(4)]
    public IReadOnlyList<PartitionInfo> Partitions { get; init; } = [];
}
