using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>Creates the form of a run that users see, wherever the run is: with its task's grain, stored, or ended. Pure.</summary>
internal static class RunViews
{
    /// <summary>Returns the status of a run that its task's grain has.</summary>
    public static RunStatus StatusOf(ActiveRun run) => WaitsOnSilo(run) ? RunStatus.Waiting : run.Status;

    /// <summary>Returns the view of a run that its task's grain has.</summary>
    public static RunInfo ToInfo(ActiveRun run) => ToInfo(run.Facts) with
    {
        Status = StatusOf(run),
        WaitingFor = WaitsOnSilo(run) ? "a free place on its silo"
            : run.Status == RunStatus.Running && run.Awaits.Count > 0
                ? $"{run.Awaits[0]}{(run.Awaits.Count == 1 ? "" : $" and {run.Awaits.Count - 1} more")}, for which its handler waits"
                : run.WaitingFor,
        Awaits = [.. run.Awaits.Select(static a => a.Run).OfType<RunId>()],
        AwaitsBatches = [.. run.Awaits.Select(static a => a.Batch).OfType<Guid>()],
        StartedAt = run.Local?.StartedAt ?? run.StartedAt,
        Attempt = run.Attempt,
        Silo = run.Silo?.ToString(),
        Progress = run.Progress,
        CancelRequested = run.CancelRequested,
        Failures = run.Failures,
        LastError = run.LastError,
        Losses = run.Losses,
        CheckpointAt = run.Checkpoint?.SavedAt,
        IgnoresCancellation = run.IgnoresCancellation,
        NextAttemptAt = run.Status == RunStatus.Pending ? run.DueAt : null,
    };

    /// <summary>Returns the view of a stored run that its task's grain does not have yet.</summary>
    public static RunInfo ToInfo(StoredRun run) => ToInfo(RunForms.FactsOf(run)) with
    {
        Status = RunStatus.Pending,
        NextAttemptAt = run.DueAt,
        Attempt = run.Attempts,
        Failures = run.Failures,
        LastError = run.LastError,
        Losses = run.Losses,
        CheckpointAt = run.Checkpoint?.SavedAt,
    };

    /// <summary>Returns the view of a run that has ended.</summary>
    public static RunInfo ToInfo(TaskResult result) => new()
    {
        RunId = result.RunId,
        Status = result.Status,
        Trigger = result.Trigger,
        ScheduledAt = result.ScheduledAt,
        StartedAt = result.StartedAt,
        FinishedAt = result.FinishedAt,
        Attempt = result.Attempt,
        Silo = result.Silo,
        RequestedBy = result.RequestedBy,
        Parent = result.Parent,
        RetryOf = result.RetryOf,
        RetriedBy = result.Marks.LastOrDefault(static m => m.RetriedBy is not null)?.RetriedBy,
        Marks = result.Marks,
        Batch = result.Batch,
        Arguments = result.Arguments,
        Headers = result.Headers,
        Result = result.WithoutArguments(),
    };

    private static bool WaitsOnSilo(ActiveRun run) => run is { Status: RunStatus.Running, Local: { StartedAt: null } };

    private static RunInfo ToInfo(RunFacts run) => new()
    {
        RunId = run.Id,
        Trigger = run.Trigger,
        ScheduledAt = run.ScheduledAt,
        Arguments = run.Arguments,
        RequestedBy = run.RequestedBy,
        Parent = run.Parent,
        RetryOf = run.RetryOf,
        Batch = run.Batch,
        Headers = run.Headers ?? TaskHeaders.None,
    };
}
