using OrleansTasks.Registry;

namespace OrleansTasks;

/// <summary>What is in the registry, in numbers, and what is next: of one partition, or of all together.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TasksOverview")]
public sealed record TasksOverview
{
    /// <summary>How many tasks the lists below have at most: 10.</summary>
    public const int Listed = 10;

    /// <summary>The number of tasks that are active.</summary>
    [Id(0)]
    public long Active { get; init; }

    /// <summary>The number of tasks that are paused.</summary>
    [Id(1)]
    public long Paused { get; init; }

    /// <summary>The number of tasks whose schedule has come to its end.</summary>
    [Id(2)]
    public long Completed { get; init; }

    /// <summary>The number of tasks that are cancelled.</summary>
    [Id(3)]
    public long Cancelled { get; init; }

    /// <summary>The number of tasks, of those that are active, that have a schedule.</summary>
    [Id(4)]
    public long Scheduled { get; init; }

    /// <summary>The number of tasks, cancelled ones apart, whose handler no silo has.</summary>
    [Id(5)]
    public long WithoutHandler { get; init; }

    /// <summary>The number of stored runs that are due and have not ended: they run, or wait.</summary>
    [Id(6)]
    public long DueRuns { get; init; }

    /// <summary>The tasks that are due next, the soonest first.</summary>
    [Id(7)]
    public IReadOnlyList<TaskInfo> NextDue { get; init; } = [];

    /// <summary>The tasks that were paused last, the last one first.</summary>
    [Id(8)]
    public IReadOnlyList<TaskInfo> LastPaused { get; init; } = [];

    /// <summary>Tasks whose handler no silo has, in order of their names.</summary>
    [Id(9)]
    public IReadOnlyList<TaskInfo> FirstWithoutHandler { get; init; } = [];

    /// <summary>The silos, in order of their addresses.</summary>
    [Id(10)]
    public IReadOnlyList<SiloOverview> Silos { get; init; } = [];

    /// <summary>The stored runs that have been due the longest and have not ended, the oldest first: they run, or wait.</summary>
    [Id(11)]
    public IReadOnlyList<DueRun> OldestDue { get; init; } = [];

    /// <summary>All partitions together.</summary>
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
        Silos = [.. parts.SelectMany(p => p.Silos).GroupBy(s => s.Silo).Select(g => g.MaxBy(s => s.Running ?? -1)! with { Partitions = g.Sum(s => s.Partitions), IsDrained = g.Any(s => s.IsDrained) }).OrderBy(s => s.Silo, StringComparer.Ordinal)],
    };
}

/// <summary>A stored run that is due.</summary>
/// <param name="RunId">The run.</param>
/// <param name="DueAt">Since when it is due.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.DueRun")]
public sealed record DueRun([property: Id(0)] RunId RunId, [property: Id(1)] DateTimeOffset DueAt);

/// <summary>One silo, as the partitions know of it.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Running">The number of runs under way there; null if it has no partition, so that nobody counted them.</param>
/// <param name="Waiting">The number of runs that wait there for a place; null as above.</param>
/// <param name="Partitions">The number of partitions there; 0 in what one partition says of other silos.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.SiloOverview")]
public sealed record SiloOverview(
    [property: Id(0)] string Silo,
    [property: Id(1)] int? Running,
    [property: Id(2)] int? Waiting,
    [property: Id(3)] int Partitions)
{
    /// <summary>Whether it is drained: it takes no new runs, tasks or partitions until <see cref="ITaskClient.ResumeAsync"/>. Default: false.</summary>
    [Id(4)]
    public bool IsDrained { get; init; }
}
