using Microsoft.Extensions.Logging;

namespace OrleansTasks.Ui;

/// <summary>Carries out all changes that a user can make. It checks in one place whether the user may act, and records who acted.</summary>
internal sealed partial class DashboardActions(ITaskClient client, DashboardSession session, DashboardFeed feed,
    ILogger<DashboardActions> log)
{
    private const string Nobody = "somebody";

    /// <summary>Dispatches a run, so that it continues when the user closes the page that waits for it.</summary>
    public Task<RunId> RunAsync(string task, TaskArguments? arguments, DispatchOptions? options = null) =>
        ActAsync(options?.At is null && options?.Delay is null ? "runs" : "dispatches", task,
            () => client.DispatchAsync(task, arguments, options));

    public Task<RunId> TriggerAsync(string task) => ActAsync("triggers", task, () => client.GetTask(task).TriggerAsync());

    public Task<TaskInfo> PauseAsync(string task, string? note, DateTimeOffset? until, PausedOccurrences occurrences) =>
        ActAsync("pauses", task, () => client.GetTask(task).PauseAsync(note, until, session.User, occurrences));

    public Task<TaskInfo> ResumeAsync(string task) => ActAsync("resumes", task, () => client.GetTask(task).ResumeAsync());

    public Task<bool> CancelTaskAsync(string task) => ActAsync("cancels", task, () => client.GetTask(task).CancelAsync());

    /// <summary>Registers a cancelled task again, as it was.</summary>
    public Task<TaskHandle> ReviveAsync(TaskInfo task) => ActAsync("revives", task.Name, () => client.ScheduleAsync(new TaskRegistration
    {
        Name = task.Name,
        Handler = task.Handler,
        Schedule = task.Schedule,
        Arguments = task.Arguments,
        Headers = task.Headers,
        Options = task.Options,
    }));

    public Task<bool> CancelRunAsync(RunId run) => ActAsync("cancels the run", run.ToString(), () => client.CancelRunAsync(run));

    public Task<RunId> RetryAllAsync(RunSelection selection) =>
        ActAsync("runs again",
            selection.Query is null
                ? $"{selection.Runs.Count} runs"
                : $"all runs that a query finds, of {selection.Query.Task ?? "all tasks"}", () => client.RetryAllAsync(selection));

    public Task<RunId> ApplyAsync(RunAction action, RunSelection selection, string note) =>
        ActAsync(action == RunAction.Acknowledge ? "acknowledges" : "discards", $"{selection.Runs.Count} runs",
            () => client.ApplyAsync(action, selection, new RunActionOptions { Note = note }));

    public Task<RunInfo> MarkAsync(RunAction action, RunId run, string note) =>
        action == RunAction.Acknowledge
            ? ActAsync("acknowledges", run.ToString(), () => client.AcknowledgeAsync(run, note))
            : ActAsync("discards", run.ToString(), () => client.DiscardAsync(run, note));

    public Task<bool> CancelBatchAsync(Guid batch) => ActAsync("cancels the batch", batch.ToString(), () => client.CancelBatchAsync(batch));

    public Task<TaskInfo> RescheduleAsync(string task, TaskSchedule? schedule) =>
        ActAsync("reschedules", task, () => client.GetTask(task).UpdateAsync(r => r with { Schedule = schedule }));

    public Task<IReadOnlyList<RunId>> BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to) =>
        ActAsync("backfills", task, () => client.GetTask(task).BackfillAsync(from, to));

    public Task BroadcastAsync(System.Text.Json.JsonElement message) => ActAsync("broadcasts", "to all web servers", async () =>
    {
        await client.BroadcastAsync(message).ConfigureAwait(false);
        return true;
    });

    public Task StartSchedulerAsync() => ActAsync("starts", "the scheduler", async () =>
    {
        await client.StartAsync().ConfigureAwait(false);
        return true;
    });

    public Task StopSchedulerAsync() => ActAsync("stops", "the scheduler", async () =>
    {
        await client.StopAsync().ConfigureAwait(false);
        return true;
    });

    private async Task<T> ActAsync<T>(string verb, string what, Func<Task<T>> act)
    {
        if (await session.FindRefusalAsync().ConfigureAwait(false) is { } refusal)
        {
            LogRefused(log, session.User ?? Nobody, verb, what);
            throw new ActionRefusedException(refusal);
        }

        if (feed.State.LostAt is { } lost)
        {
            // The page offers no actions now, but an open dialog does.
            throw new ClusterUnreachableException(
                $"No silo has answered since {Clock.Utc(lost)}, so nothing was requested. Try again when one answers.", null);
        }

        using var actor = TaskActor.As(session.User);
        var result = await act().ConfigureAwait(false);
        LogDone(log, session.User ?? Nobody, verb, what);
        return result;
    }

    [LoggerMessage(41, LogLevel.Information, "Dashboard: {User} {Verb} {What}.")]
    private static partial void LogDone(ILogger logger, string user, string verb, string what);

    [LoggerMessage(42, LogLevel.Warning, "Dashboard: {User} lacks the permission to act and was rejected: {Verb} {What}.")]
    private static partial void LogRefused(ILogger logger, string user, string verb, string what);
}
