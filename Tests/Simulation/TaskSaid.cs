namespace OrleansTasks.Simulation;

/// <summary>What the cluster says of a task in the end.</summary>
/// <param name="Plan">What it was registered as.</param>
/// <param name="Results">Its history.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="At">When that was asked.</param>
internal sealed record TaskSaid(TaskPlan Plan, IReadOnlyList<TaskResult> Results, TaskLedger Ledger, DateTimeOffset At)
{
    /// <summary>The runs that are found in the archive, asked for a while later.</summary>
    public IReadOnlyList<RunId> Kept { get; init; } = [];

    public string Task => Plan.Name;
}
