using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>Runs and manages one task. The grain's key is the task's name.</summary>
/// <remarks>
/// <see cref="ITaskClient"/> is easier to use: it waits for long runs, survives the loss of silos and checks names. A grain reference does
/// the same work, but its calls fail when the grain's silo is lost.
/// </remarks>
[Alias("OrleansTasks.ITaskGrain")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>Runs the task and waits for its result, for up to seven days.</summary>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="cancellationToken">A token that cancels the run.</param>
    /// <returns>The result of the run.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not match the handler's parameters.</exception>
    /// <exception cref="SchedulerStoppedException">The scheduler is stopped.</exception>
    /// <exception cref="TaskTimeoutException">The run's timeout expired.</exception>
    [Alias("Run"), ResponseTimeout("7.00:00:00")]
    Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a run with an id that the caller created, and waits for its result for a limited time.</summary>
    /// <param name="request">The run.</param>
    /// <returns>The result of the run, or null if it has not ended; then call <see cref="WaitAsync"/>.</returns>
    [Alias("BeginRun")]
    ValueTask<TaskResult?> BeginRunAsync(RunRequest request);

    /// <summary>Waits for the result of a run for a limited time.</summary>
    /// <param name="run">The run's id.</param>
    /// <returns>The result of the run, or null if it has not ended; then call this method again.</returns>
    /// <exception cref="RunNotFoundException">The run is not known or no longer kept.</exception>
    [Alias("Wait")]
    Task<TaskResult?> WaitAsync(RunId run);

    /// <summary>Stores a run that starts now or later.</summary>
    /// <param name="request">The run.</param>
    /// <returns>The run's id: the one in the request, or that of an earlier dispatch with the same idempotency key.</returns>
    [Alias("Dispatch")]
    Task<RunId> DispatchAsync(DispatchRequest request);

    /// <summary>Starts a run of the task now, as an occurrence would: with the task's own arguments and without a waiting caller.</summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition. It becomes the run's
    /// id. Default: empty, which makes each call create a run.</param>
    /// <param name="repeated">True if the request was sent before and its answer was lost. Default: false.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="RequestForgottenException">The request was repeated too late, and the task's runs start at most once.</exception>
    [Alias("Trigger")]
    Task<RunId> TriggerAsync(Guid request = default, bool repeated = false, TriggerOptions? options = null);

    /// <summary>Cancels a run. A waiting run does not start; the token of an active run is cancelled.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="timedOut">True if the caller's timeout expired, so that the run ends as <see cref="RunStatus.TimedOut"/>.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>True if the run had not ended; false if it had ended or is not known.</returns>
    [Alias("CancelRun")]
    Task<bool> CancelRunAsync(RunId run, bool timedOut = false, Guid request = default);

    /// <summary>Returns the current state of a run.</summary>
    /// <param name="run">The run's id.</param>
    /// <returns>The run, or null if it is not known or no longer kept.</returns>
    [Alias("GetRun"), ReadOnly]
    Task<RunInfo?> GetRunAsync(RunId run);

    /// <summary>Returns the outcome of each instant that the task's schedule planned.</summary>
    /// <param name="query">The ranges to return. Null returns the newest 100.</param>
    /// <returns>The ledger up to the present.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidTaskException">The query is out of range.</exception>
    [Alias("Ledger"), ReadOnly]
    Task<TaskLedger> LedgerAsync(LedgerQuery? query = null);

    /// <summary>Returns runs of the task, newest first. Runs that have not ended come first.</summary>
    /// <param name="limit">The maximum number to return. Range: 1 to 1,000.</param>
    /// <param name="before">Returns only runs with a smaller sequence number. Null starts from the newest.</param>
    /// <returns>The runs. Fewer, but at least one, if they would exceed about 1 MiB together. <see cref="TaskHandle.RunsAsync"/> reads
    /// on.</returns>
    [Alias("Runs"), ReadOnly]
    Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null);

    /// <summary>Returns the kept results of the task, oldest first.</summary>
    /// <param name="after">Returns only results with a greater sequence number.</param>
    /// <param name="limit">The maximum number of results to return. Range: 0 to 10,000.</param>
    /// <returns>The results, and which results are kept. Empty for an unknown name.</returns>
    [Alias("History"), ReadOnly]
    Task<ResultHistory> HistoryAsync(long after, int limit = 1000);

    /// <summary>Returns the current state of the task.</summary>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    [Alias("Describe"), ReadOnly]
    Task<TaskInfo> DescribeAsync();

    /// <summary>
    /// Cancels the task. When the call returns, no run of the task starts any more, and the tokens of active runs are cancelled.
    /// </summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>True if the task was not cancelled before.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    [Alias("Cancel")]
    Task<bool> CancelAsync(Guid request = default);

    /// <summary>Pauses the schedule until <see cref="ResumeAsync"/> or until an instant. Requested runs still start.</summary>
    /// <param name="note">The reason, for people to read. Null sets no note. Text beyond 1,000 characters is cut off.</param>
    /// <param name="until">The instant at which the schedule resumes by itself. Null keeps it paused until it is resumed.</param>
    /// <param name="by">The name of whoever pauses it, for people to read. Null gives no name. Text beyond 200 characters is cut
    /// off.</param>
    /// <param name="occurrences">What happens to the occurrences within the pause.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>The task.</returns>
    /// <exception cref="InvalidTaskException">The end of the pause has passed.</exception>
    [Alias("Pause")]
    Task<TaskInfo> PauseAsync(string? note, DateTimeOffset? until = null, string? by = null,
        PausedOccurrences occurrences = PausedOccurrences.Skip, Guid request = default);

    /// <summary>Creates runs for past occurrences, whether or not these had runs.</summary>
    /// <param name="request">The period, with at most 1,000 occurrences.</param>
    /// <returns>The ids of the runs, in the order of their occurrences. The runs are stored and due now.</returns>
    /// <exception cref="InvalidTaskException">The task has no schedule, or the period is not valid or has too many occurrences.</exception>
    [Alias("Backfill")]
    Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request);

    /// <summary>Resumes a paused schedule with its next occurrence.</summary>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>The task.</returns>
    [Alias("Resume")]
    Task<TaskInfo> ResumeAsync(Guid request = default);
}
