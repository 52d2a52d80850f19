using Orleans.Concurrency;

namespace OrleansTasks;

/// <summary>Runs and describes one task; the grain's key is the task's name.</summary>
/// <remarks>
/// <see cref="ITaskClient"/> is the comfortable way: it waits for long runs, survives the loss of silos and checks names. A bare
/// grain reference does the same work, and fails when the silo that the grain is on dies.
/// </remarks>
[Alias("OrleansTasks.ITaskGrain")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>Runs the task and waits for its result, for as long as it takes (at most seven days).</summary>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>What the run came to.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    /// <exception cref="SchedulerStoppedException">The scheduler is not started.</exception>
    /// <exception cref="TaskTimeoutException">The run's timeout was over.</exception>
    [Alias("Run"), ResponseTimeout("7.00:00:00")]
    Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a run whose id the caller made, and waits a while for its result.</summary>
    /// <param name="request">The run.</param>
    /// <returns>What the run came to; null if it goes on, and <see cref="WaitAsync"/> is to be called.</returns>
    [Alias("BeginRun")]
    ValueTask<TaskResult?> BeginRunAsync(RunRequest request);

    /// <summary>Waits a while for the result of a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>What the run came to; null if it goes on, and this is to be called again.</returns>
    /// <exception cref="RunNotFoundException">There is no such run, or it is no longer kept.</exception>
    [Alias("Wait")]
    Task<TaskResult?> WaitAsync(RunId run);

    /// <summary>Stores a run to be made now or later.</summary>
    /// <param name="request">The run.</param>
    /// <returns>The run's id: the one of the request, or that of an earlier dispatch with the same idempotency key.</returns>
    [Alias("Dispatch")]
    Task<RunId> DispatchAsync(DispatchRequest request);

    /// <summary>Runs the task now, as one of its occurrences would: with its own arguments, without a waiting caller.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated: it becomes the run's. Default: empty, each call makes a run.
    /// </param>
    /// <param name="repeated">Whether it was asked before and the answer was lost. Default: false.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="RequestForgottenException">It was repeated too late, and the task's runs are made at most once.</exception>
    [Alias("Trigger")]
    Task<RunId> TriggerAsync(Guid request = default, bool repeated = false, TriggerOptions? options = null);

    /// <summary>Asks a run to stop: one that waits will not start, one that runs gets its token cancelled.</summary>
    /// <param name="run">The run.</param>
    /// <param name="timedOut">Whether it is asked because the caller's timeout was over, so that it ends as <see cref="RunStatus.TimedOut"/>.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>True if the run had not ended; false if it had, or is not known.</returns>
    [Alias("CancelRun")]
    Task<bool> CancelRunAsync(RunId run, bool timedOut = false, Guid request = default);

    /// <summary>A run as it stands.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The run; null if it is not known, or no longer kept.</returns>
    [Alias("GetRun"), ReadOnly]
    Task<RunInfo?> GetRunAsync(RunId run);

    /// <summary>What came of the instants that the task's schedule had planned.</summary>
    /// <param name="query">Which stretches to give; null for the newest 100.</param>
    /// <returns>The ledger, up to the present.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidTaskException">The query is out of range.</exception>
    [Alias("Ledger"), ReadOnly]
    Task<TaskLedger> LedgerAsync(LedgerQuery? query = null);

    /// <summary>Runs of this task, the newest first; those that have not ended come before those that have.</summary>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="before">Only runs that ended with a smaller sequence number; null: from the newest.</param>
    /// <returns>The runs; fewer, but at least one, where they are larger than about 1 MiB together. <see cref="TaskHandle.RunsAsync"/> reads on.</returns>
    [Alias("Runs"), ReadOnly]
    Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null);

    /// <summary>Results of this task that are kept, the oldest first.</summary>
    /// <param name="after">Only results with a greater sequence number.</param>
    /// <param name="limit">At most so many, 0 to 10,000.</param>
    /// <returns>The results, and which are kept at all. For a name that is not known: none.</returns>
    [Alias("History"), ReadOnly]
    Task<ResultHistory> HistoryAsync(long after, int limit = 1000);

    /// <summary>The task as it stands.</summary>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    [Alias("Describe"), ReadOnly]
    Task<TaskInfo> DescribeAsync();

    /// <summary>Cancels the task: when this returns no run of it starts any more, and running ones have their tokens cancelled.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>True if it was not cancelled already.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    [Alias("Cancel")]
    Task<bool> CancelAsync(Guid request = default);

    /// <summary>Stops the schedule until <see cref="ResumeAsync"/>, or until an instant; runs by request still work.</summary>
    /// <param name="note">Why, for people; null for no note. What goes beyond 1,000 characters is cut off.</param>
    /// <param name="until">When it goes on by itself; null: when it is resumed.</param>
    /// <param name="by">Who pauses it, for people; null if that is not said. What goes beyond 200 characters is cut off.</param>
    /// <param name="occurrences">What becomes of the occurrences within the pause.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>The task.</returns>
    /// <exception cref="InvalidTaskException">The instant has passed.</exception>
    [Alias("Pause")]
    Task<TaskInfo> PauseAsync(string? note, DateTimeOffset? until = null, string? by = null, PausedOccurrences occurrences = PausedOccurrences.Skip, Guid request = default);

    /// <summary>Makes runs for occurrences of the past, whether there were runs for them or not.</summary>
    /// <param name="request">The period; at most 1,000 occurrences.</param>
    /// <returns>The ids of the runs, in order of their occurrences. They are stored, and due now.</returns>
    /// <exception cref="InvalidTaskException">The task has no schedule, or the period is not valid or has too many occurrences.</exception>
    [Alias("Backfill")]
    Task<IReadOnlyList<RunId>> BackfillAsync(BackfillRequest request);

    /// <summary>Lets a paused schedule go on with its next occurrence.</summary>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>The task.</returns>
    [Alias("Resume")]
    Task<TaskInfo> ResumeAsync(Guid request = default);
}
