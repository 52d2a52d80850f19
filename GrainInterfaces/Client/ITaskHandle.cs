namespace OrleansTasks;

/// <summary>
/// Defines the operations on one task. Use it in code that is tested with a test double; <see cref="TaskHandle"/> implements it.
/// </summary>
public interface ITaskHandle
{
    /// <summary>Gets the task's name.</summary>
    string Name { get; }

    /// <summary>
    /// Gets the reply to the registration that returned this handle: the task as it was then, and whether it is new. Null for a handle from
    /// <see cref="ITaskClient.GetTask"/>.
    /// </summary>
    RegistrationReply? Registration { get; }

    /// <summary>
    /// Runs the task and waits for its result. See
    /// <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/>.
    /// </summary>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The result of the run.</returns>
    Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Runs the task, waits for it and returns its value. See <see cref="ITaskClient.RunAsync{TValue}"/>.</summary>
    /// <typeparam name="TValue">The type to read the value as.</typeparam>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The value.</returns>
    Task<TValue> RunAsync<TValue>(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Stores a run that starts now or later, without waiting for it. See <see cref="ITaskClient.DispatchAsync"/>.</summary>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due now, with the defaults.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The run's id.</returns>
    Task<RunId> DispatchAsync(TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Starts a run of the task now, as an occurrence would: with the task's own arguments and without waiting for the result.
    /// </summary>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    Task<RunId> TriggerAsync(CancellationToken ct = default);

    /// <summary>Starts a run of the task now, as an occurrence would, with headers for this run.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="InvalidTaskException">The headers are not valid. Other exceptions are those of
    /// <see cref="TriggerAsync(CancellationToken)"/>.</exception>
    Task<RunId> TriggerAsync(TriggerOptions options, CancellationToken ct = default);

    /// <summary>Pauses the schedule until it is resumed or until an instant. Requested runs still start.</summary>
    /// <param name="note">The reason, for people to read. Null sets no note. Text beyond 1,000 characters is cut off.</param>
    /// <param name="until">The instant at which the schedule resumes by itself. Null keeps it paused until it is resumed.</param>
    /// <param name="by">The name of whoever pauses it, for people to read. Null gives no name.</param>
    /// <param name="occurrences">What happens to the occurrences within the pause. Default: they are skipped.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>The paused task. Pausing it again replaces the note, the end and the author.</returns>
    /// <exception cref="InvalidTaskException">The end of the pause has passed.</exception>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    Task<TaskInfo> PauseAsync(string? note = null, DateTimeOffset? until = null, string? by = null,
        PausedOccurrences occurrences = PausedOccurrences.Skip, CancellationToken ct = default);

    /// <summary>Resumes a paused schedule with its next occurrence.</summary>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    Task<TaskInfo> ResumeAsync(CancellationToken ct = default);

    /// <summary>
    /// Creates runs for past occurrences, whether or not these had runs. In the handler, <c>ScheduledAt</c> is the occurrence.
    /// </summary>
    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The last instant of the period; not in the future.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The ids of the runs, in the order of their occurrences. The runs are stored and due now.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    /// <exception cref="InvalidTaskException">The task has no schedule, or the period is not valid or has more than 1,000
    /// occurrences.</exception>
    Task<IReadOnlyList<RunId>> BackfillAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default);

    /// <summary>Creates runs for past occurrences, with headers for these runs.</summary>
    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The last instant of the period; not in the future.</param>
    /// <param name="options">The options of the runs.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The ids of the runs, in the order of their occurrences. The runs are stored and due now.</returns>
    /// <exception cref="InvalidTaskException">The headers are not valid. Other exceptions are those of
    /// <see cref="BackfillAsync(DateTimeOffset, DateTimeOffset, CancellationToken)"/>.</exception>
    Task<IReadOnlyList<RunId>> BackfillAsync(DateTimeOffset from, DateTimeOffset to, TriggerOptions options,
        CancellationToken ct = default);

    /// <summary>
    /// Changes the registration. It never overwrites a concurrent change: it applies the change again to the newer registration.
    /// </summary>
    /// <param name="change">Creates the new registration from the current one. It may be called more than once, and must not change the
    /// name.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>The task after the change.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidTaskException">The new registration is not valid.</exception>
    Task<TaskInfo> UpdateAsync(Func<TaskRegistration, TaskRegistration> change, CancellationToken ct = default);

    /// <summary>
    /// Cancels the task. When the call returns, no run of the task starts any more, and the tokens of active runs are cancelled.
    /// </summary>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>True if the task was not cancelled before.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    Task<bool> CancelAsync(CancellationToken ct = default);

    /// <summary>Returns the current state of the task.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    Task<TaskInfo> DescribeAsync(CancellationToken ct = default);

    /// <summary>Computes occurrences of the task's schedule, including those that a clock change or a closed day drops.</summary>
    /// <param name="count">The maximum number to return. Range: 1 to 1,000.</param>
    /// <param name="from">The first instant to look at. Null starts after the present instant.</param>
    /// <param name="to">The last instant to look at. Null sets no end.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The occurrences in order; empty if the task has no schedule.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidTaskException">The count is out of range, or the period ends before it begins.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The computation exceeds its limits.</exception>
    Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(int count = 10, DateTimeOffset? from = null, DateTimeOffset? to = null,
        CancellationToken ct = default);

    /// <summary>
    /// Compares the schedule with another one and returns the occurrences that would be added and removed. Changes nothing. The task need
    /// not exist.
    /// </summary>
    /// <param name="schedule">The schedule to compare with. Null compares with no schedule.</param>
    /// <param name="from">The first instant to look at. Null uses the present instant.</param>
    /// <param name="to">The last instant to look at. Null uses 90 days after the first.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The differences.</returns>
    /// <exception cref="InvalidTaskException">The schedule is not valid, or the period ends before it begins.</exception>
    /// <exception cref="ScheduleTooExpensiveException">The comparison exceeds its limits.</exception>
    Task<SchedulePreview> PreviewAsync(TaskSchedule? schedule, DateTimeOffset? from = null, DateTimeOffset? to = null,
        CancellationToken ct = default);

    /// <summary>Returns runs of the task, newest first. Runs that have not ended come first.</summary>
    /// <param name="limit">The maximum number to return. Range: 1 to 1,000.</param>
    /// <param name="before">Returns only runs with a smaller sequence number. Null starts from the newest.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The runs.</returns>
    Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null, CancellationToken ct = default);

    /// <summary>
    /// Returns the outcome of each instant that the task's schedule planned: fired, skipped or missed, with the reason, or pending.
    /// </summary>
    /// <param name="from">Returns only ranges that end at this instant or later. Null returns all. Totals always cover the whole
    /// time.</param>
    /// <param name="to">Returns only ranges that begin at this instant or earlier. Null returns all.</param>
    /// <param name="limit">The maximum number of ranges to return, newest first. Range: 0 to 500.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The ledger up to the present.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidTaskException">The limit is out of range, or the period ends before it begins.</exception>
    Task<TaskLedger> LedgerAsync(DateTimeOffset? from = null, DateTimeOffset? to = null, int limit = 100, CancellationToken ct = default);

    /// <summary>Returns the kept results of the task, oldest first.</summary>
    /// <param name="after">Returns only results with a greater sequence number.</param>
    /// <param name="limit">The maximum number of results to return. Range: 0 to 10,000.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The results, and the sequence number of the last result.</returns>
    Task<ResultHistory> HistoryAsync(long after = 0, int limit = 1000, CancellationToken ct = default);

    /// <summary>Returns the task's results as they arrive. See <see cref="ITaskClient.Results"/>.</summary>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>An endless sequence of the task's results.</returns>
    IAsyncEnumerable<TaskResult> Results(CancellationToken ct = default);

    /// <summary>Returns the task's events as they happen. See <see cref="ITaskClient.Events"/>.</summary>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>An endless sequence of the task's events.</returns>
    IAsyncEnumerable<TaskEvent> Events(CancellationToken ct = default);
}
