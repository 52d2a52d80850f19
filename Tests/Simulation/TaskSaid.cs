namespace OrleansTasks.Simulation;

/// <summary>What the cluster says of a task in the end.</summary>
/// <param name="Task">The task.</param>
/// <param name="Options">What it was registered with.</param>
/// <param name="Period">How often it is due; null if it has no schedule.</param>
/// <param name="Results">Its history.</param>
/// <param name="Ledger">Its ledger.</param>
/// <param name="At">When that was asked.</param>
internal sealed record TaskSaid(string Task, TaskOptions Options, TimeSpan? Period, IReadOnlyList<TaskResult> Results, TaskLedger Ledger, DateTimeOffset At);
