namespace OrleansTasks.Simulation;

/// <summary>Stores what the cluster finally says about a task.</summary>
/// <param name="Plan">The task as it was registered.</param>
/// <param name="Results">Its history.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="At">When the cluster was asked.</param>
internal sealed record TaskSaid(TaskPlan Plan, IReadOnlyList<TaskResult> Results, TaskLedger Ledger, DateTimeOffset At)
{
    /// <summary>Gets the runs that the archive returns some time later.</summary>
    public IReadOnlyList<RunId> Kept { get; init; } = [];

    public string Task => Plan.Name;
}
