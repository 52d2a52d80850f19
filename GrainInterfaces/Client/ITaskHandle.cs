namespace OrleansTasks;

/// <summary>The verbs of one task, for code that is to be tested with a double of its own. <see cref="TaskHandle"/> has them.</summary>
public interface ITaskHandle
{
    /// <summary>The task's name.</summary>
    string Name { get; }

    /// <summary>
    /// What became of the registration that gave this handle: the task as it was then, and whether it is new. Null in a handle
    /// from <see cref="ITaskClient.GetTask"/>.
    /// </summary>
    RegistrationReply? Registration { get; }

    /// <summary>See <see cref="ITaskClient.RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/>.</summary>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="ct">Cancels the run.</param>
    /// <returns>What the run came to.</returns>
    Task<TaskResult> RunAsync(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>See <see cref="ITaskClient.RunAsync{TValue}"/>.</summary>
    /// <typeparam name="TValue">The type to read the value as.</typeparam>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="ct">Cancels the run.</param>
    /// <returns>The value.</returns>
    Task<TValue> RunAsync<TValue>(TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>See <see cref="ITaskClient.DispatchAsync"/>.</summary>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">When it is due, and how it is to be treated.</param>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The run's id.</returns>
    Task<RunId> DispatchAsync(TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default);

    /// <summary>Runs the task now, as one of its occurrences would: with its own arguments, without waiting.</summary>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    Task<RunId> TriggerAsync(CancellationToken ct = default);

    /// <summary>Runs the task now, as one of its occurrences would, with headers of this run.</summary>
    /// <param name="options">How the run is to be treated.</param>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="InvalidTaskException">The headers are not valid. Further errors as in <see cref="TriggerAsync(CancellationToken)"/>.</exception>
    Task<RunId> TriggerAsync(TriggerOptions options, CancellationToken ct = default);

    /// <summary>Stops the schedule until it is resumed, or until an instant; runs by request still work.</summary>
    /// <param name="note">Why, for people; null for no note. What goes beyond 1,000 characters is cut off.</param>
    /// <param name="until">When it goes on by itself; null: when it is resumed.</param>
    /// <param name="by">Who pauses it, for people; null if that is not said.</param>
    /// <param name="occurrences">What becomes of the occurrences within the pause. Default: they are skipped.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The task, paused. Pausing it again changes note, end and author.</returns>
    /// <exception cref="InvalidTaskException">The instant has passed.</exception>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    Task<TaskInfo> PauseAsync(string? note = null, DateTimeOffset? until = null, string? by = null, PausedOccurrences occurrences = PausedOccurrences.Skip, CancellationToken ct = default);

    /// <summary>Lets a paused schedule go on with its next occurrence.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    Task<TaskInfo> ResumeAsync(CancellationToken ct = default);

    /// <summary>Makes runs for occurrences of the past, whether there were runs for them or not; for handlers, <c>ScheduledAt</c> is the occurrence.</summary>
    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The last instant of the period; not in the future.</param>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The ids of the runs, in order of their occurrences. They are stored, and due now.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="InvalidTaskException">The task has no schedule, or the period is not valid or has more than 1,000 occurrences.</exception>
    Task<IReadOnlyList<RunId>> BackfillAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default);

    /// <summary>Makes runs for occurrences of the past, with headers of these runs.</summary>
    /// <param name="from">The first instant of the period.</param>
    /// <param name="to">The last instant of the period; not in the future.</param>
    /// <param name="options">How the runs are to be treated.</param>
    /// <param name="ct">Gives up waiting for the acceptance.</param>
    /// <returns>The ids of the runs, in order of their occurrences. They are stored, and due now.</returns>
    /// <exception cref="InvalidTaskException">The headers are not valid. Further errors as in <see cref="BackfillAsync(DateTimeOffset, DateTimeOffset, CancellationToken)"/>.</exception>
    Task<IReadOnlyList<RunId>> BackfillAsync(DateTimeOffset from, DateTimeOffset to, TriggerOptions options, CancellationToken ct = default);

    /// <summary>Changes the registration. Somebody else's change in between is never overwritten: the change is then made again on the newer one.</summary>
    /// <param name="change">Makes the new registration from the present one; it may be called more than once, and may not change the name.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The task as it is then.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidTaskException">The new registration is not valid.</exception>
    Task<TaskInfo> UpdateAsync(Func<TaskRegistration, TaskRegistration> change, CancellationToken ct = default);

    /// <summary>Cancels the task: when this returns no run of it starts any more, and running ones have their tokens cancelled.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>True if it was not cancelled already.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    Task<bool> CancelAsync(CancellationToken ct = default);

    /// <summary>The task as it stands.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The task.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    Task<TaskInfo> DescribeAsync(CancellationToken ct = default);

    /// <summary>Occurrences of the task's schedule, computed and not waited for; also those that a clock change or a closed day drops.</summary>
    /// <param name="count">At most so many, 1 to 1,000.</param>
    /// <param name="from">The first instant to look at; null: what follows the present one.</param>
    /// <param name="to">The last instant to look at; null: without an end.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The occurrences in their order; none without a schedule.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidTaskException">The count is out of range, or the period ends before it begins.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Computing them takes too much.</exception>
    Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(int count = 10, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken ct = default);

    /// <summary>Which occurrences another schedule would add and remove. Changes nothing; the task need not exist yet.</summary>
    /// <param name="schedule">The other schedule; null: none.</param>
    /// <param name="from">The first instant to look at; null: the present one.</param>
    /// <param name="to">The last instant to look at; null: 90 days later.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>What would be different.</returns>
    /// <exception cref="InvalidTaskException">The schedule is not valid, or the period ends before it begins.</exception>
    /// <exception cref="ScheduleTooExpensiveException">Comparing takes too much.</exception>
    Task<SchedulePreview> PreviewAsync(TaskSchedule? schedule, DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken ct = default);

    /// <summary>Runs of this task, the newest first; those that have not ended come before those that have.</summary>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="before">Only runs that ended with a smaller sequence number; null: from the newest.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The runs.</returns>
    Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null, CancellationToken ct = default);

    /// <summary>
    /// What came of the instants that the task's schedule had planned: each was fired, skipped or missed, for a reason, or is pending.
    /// </summary>
    /// <param name="from">Only stretches that reach this instant or later ones; null: all. Totals are always of all the time.</param>
    /// <param name="to">Only stretches that begin at this instant or earlier; null: all.</param>
    /// <param name="limit">At most so many stretches, 0 to 500, the newest.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The ledger, up to the present.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidTaskException">The limit is out of range, or the period ends before it begins.</exception>
    Task<TaskLedger> LedgerAsync(DateTimeOffset? from = null, DateTimeOffset? to = null, int limit = 100, CancellationToken ct = default);

    /// <summary>Results of this task that are kept, the oldest first.</summary>
    /// <param name="after">Only results with a greater sequence number.</param>
    /// <param name="limit">At most so many, 0 to 10,000.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The results, and the number of the last one that there was.</returns>
    Task<ResultHistory> HistoryAsync(long after = 0, int limit = 1000, CancellationToken ct = default);

    /// <summary>See <see cref="ITaskClient.Results"/>.</summary>
    /// <param name="ct">Ends the enumeration.</param>
    /// <returns>This task's results, without end.</returns>
    IAsyncEnumerable<TaskResult> Results(CancellationToken ct = default);

    /// <summary>See <see cref="ITaskClient.Events"/>.</summary>
    /// <param name="ct">Ends the enumeration.</param>
    /// <returns>This task's events, without end.</returns>
    IAsyncEnumerable<TaskEvent> Events(CancellationToken ct = default);
}
