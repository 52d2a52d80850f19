namespace OrleansTasks.Ui;

/// <summary>The cluster as this server last saw it.</summary>
/// <param name="Scheduler">The scheduler; null until it was seen.</param>
/// <param name="Overview">What is in the registry, in numbers; null until it was seen.</param>
/// <param name="LostAt">Since when it has been out of reach; null if it answers.</param>
/// <param name="FoundAt">When it was last found again after it had been out of reach; null if it never was.</param>
/// <param name="Since">Since when results are watched.</param>
internal sealed record ClusterState(SchedulerInfo? Scheduler, TasksOverview? Overview, DateTimeOffset? LostAt, DateTimeOffset? FoundAt, DateTimeOffset Since);
