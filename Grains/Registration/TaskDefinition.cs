namespace OrleansTasks;

/// <summary>A task as a silo's code defines it.</summary>
internal sealed record TaskDefinition
{
    public required string Name { get; init; }

    public required string Handler { get; init; }

    public TaskSchedule? Schedule { get; init; }

    public TaskArguments? Arguments { get; init; }

    public TaskOptions Options { get; init; } = TaskOptions.Default;

    /// <summary>Whether the schedule's origin is each coming up of the cluster from nothing, rather than the first registration.</summary>
    public bool EachClusterStart { get; init; }
}
