namespace OrleansTasks.Ui;

/// <summary>Represents the last state of the cluster that this server read.</summary>
/// <param name="Scheduler">The scheduler; null until it has been read.</param>
/// <param name="Overview">The numbers of the registry; null until they have been read.</param>
/// <param name="LostAt">The instant from which the cluster has not responded; null if it responds.</param>
/// <param name="FoundAt">The instant at which the cluster last responded again after an outage; null if there was none.</param>
/// <param name="Since">The instant from which results are counted.</param>
internal sealed record ClusterState(SchedulerInfo? Scheduler, TasksOverview? Overview, DateTimeOffset? LostAt, DateTimeOffset? FoundAt,
    DateTimeOffset Since)
{
    /// <summary>Gets the instant at which the cluster last answered; null if it has not yet.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}
