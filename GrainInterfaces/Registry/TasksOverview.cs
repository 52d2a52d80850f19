using OrleansTasks.Registry;

namespace OrleansTasks;

/// <summary>Represents a summary of one partition of the registry, or of all together: counts, and what is due next.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TasksOverview")]
public sealed record TasksOverview
{
    /// <summary>The maximum length of each of the lists below: 10.</summary>
    public const int Listed = 10;

    /// <summary>Gets the number of active tasks.</summary>
    [Id(0)]
    public long Active { get; init; }

    /// <summary>Gets the number of paused tasks.</summary>
    [Id(1)]
    public long Paused { get; init; }

    /// <summary>Gets the number of tasks whose schedule has no further occurrence.</summary>
    [Id(2)]
    public long Completed { get; init; }

    /// <summary>Gets the number of cancelled tasks.</summary>
    [Id(3)]
    public long Cancelled { get; init; }

    /// <summary>Gets the number of active tasks that have a schedule.</summary>
    [Id(4)]
    public long Scheduled { get; init; }

    /// <summary>Gets the number of tasks whose handler no silo has, without cancelled tasks.</summary>
    [Id(5)]
    public long WithoutHandler { get; init; }

    /// <summary>Gets the number of stored runs that are due and have not ended: active or waiting.</summary>
    [Id(6)]
    public long DueRuns { get; init; }

    /// <summary>Gets the tasks that are due next, soonest first.</summary>
    [Id(7)]
    public IReadOnlyList<TaskInfo> NextDue { get; init; } = [];

    /// <summary>Gets the tasks that were paused last, latest first.</summary>
    [Id(8)]
    public IReadOnlyList<TaskInfo> LastPaused { get; init; } = [];

    /// <summary>Gets tasks whose handler no silo has, in the order of their names.</summary>
    [Id(9)]
    public IReadOnlyList<TaskInfo> FirstWithoutHandler { get; init; } = [];

    /// <summary>Gets the silos, in the order of their addresses.</summary>
    [Id(10)]
    public IReadOnlyList<SiloOverview> Silos { get; init; } = [];

    /// <summary>Gets the stored runs that have been due longest and have not ended, oldest first: active or waiting.</summary>
    [Id(11)]
    public IReadOnlyList<DueRun> OldestDue { get; init; } = [];

    /// <summary>Combines the overviews of all partitions.</summary>
    internal static TasksOverview Of(IReadOnlyList<TasksOverview> parts) => new()
    {
        Active = parts.Sum(p => p.Active),
        Paused = parts.Sum(p => p.Paused),
        Completed = parts.Sum(p => p.Completed),
        Cancelled = parts.Sum(p => p.Cancelled),
        Scheduled = parts.Sum(p => p.Scheduled),
        WithoutHandler = parts.Sum(p => p.WithoutHandler),
        DueRuns = parts.Sum(p => p.DueRuns),
        NextDue = [.. parts.SelectMany(p => p.NextDue).OrderBy(t => TaskRank.Of(t, TaskOrder.NextDue)).Take(Listed)],
        LastPaused = [.. parts.SelectMany(p => p.LastPaused).OrderByDescending(t => t.PausedAt).Take(Listed)],
        OldestDue = [.. parts.SelectMany(p => p.OldestDue).OrderBy(r => r.DueAt).Take(Listed)],
        FirstWithoutHandler = [.. parts.SelectMany(p => p.FirstWithoutHandler).OrderBy(t => t.Name, StringComparer.Ordinal).Take(Listed)],
        Silos =
            [.. parts.SelectMany(p => p.Silos).GroupBy(s => s.Silo)
                .Select(
                    g => g.MaxBy(s => s.Running ?? -1)! with { Partitions = g.Sum(s => s.Partitions), IsDrained = g.Any(s => s.IsDrained) })
                        .OrderBy(s => s.Silo, StringComparer.Ordinal)],
    };
}

/// <summary>Represents a stored run that is due.</summary>
/// <param name="RunId">The run.</param>
/// <param name="DueAt">The time since which the run is due.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DueRun")]
public sealed record DueRun([property: Id(0)] RunId RunId, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>Represents one silo, as the partitions know it.</summary>
/// <param name="Silo">The silo's address.</param>
/// <param name="Running">The number of active runs on the silo. Null if it has no partition, because nothing counts them.</param>
/// <param name="Waiting">The number of runs that wait on the silo for a place. Null if it has no partition.</param>
/// <param name="Partitions">The number of partitions on the silo. 0 in one partition's answer about other silos.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SiloOverview")]
public sealed record SiloOverview(
    [property: Id(0)] string Silo,
    [property: Id(1)] int? Running,
    [property: Id(2)] int? Waiting,
    [property: Id(3)] int Partitions)
{
    /// <summary>
    /// Gets a value indicating whether the silo is drained. A drained silo takes no new runs, tasks or partitions until
    /// <see cref="ITaskClient.ResumeAsync"/>. Default: false.
    /// </summary>
    [Id(4)]
    public bool IsDrained { get; init; }
}
