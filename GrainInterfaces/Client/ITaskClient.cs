namespace OrleansTasks;

/// <summary>Runs, schedules and observes tasks, from a web server, from a grain or inside the silo.</summary>
/// <remarks>
/// Thread-safe. Use one instance per process, from the container. A call that fails because a silo is lost is repeated for
/// <see cref="TaskClientOptions.RetryFor"/>. Repetition never starts a run twice.
/// </remarks>
public interface ITaskClient
{
    /// <summary>Runs a task and waits for its result without a time limit.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The result of the run, successful or not.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not match the handler's parameters.</exception>
    /// <exception cref="PayloadTooLargeException">The arguments exceed the size limit.</exception>
    /// <exception cref="SchedulerStoppedException">The scheduler is stopped.</exception>
    /// <exception cref="TaskTimeoutException">The timeout in the options expired. The run is cancelled.</exception>
    /// <exception cref="TasksOverloadedException">Too many runs of the task are waiting.</exception>
    /// <exception cref="ClusterUnreachableException">No silo answered within <see cref="TaskClientOptions.RetryFor"/>.</exception>
    Task<TaskResult> RunAsync(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Runs a task, waits for it and returns its value.</summary>
    /// <typeparam name="TValue">The type to read the value as.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the run, also on the silo.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TaskFailedException">The run did not succeed. Other exceptions are those of
    /// <see cref="RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/>.</exception>
    Task<TValue> RunAsync<TValue>(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Stores a run that starts now or later, without waiting for it.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments. Null uses the task's own arguments.</param>
    /// <param name="options">The due time and other options of the run. Null makes it due now, with the defaults.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The run's id, once the run is stored.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not match the handler's parameters.</exception>
    /// <exception cref="InvalidTaskException">The options contradict each other or are out of range.</exception>
    Task<RunId> DispatchAsync(string task, TaskArguments? arguments = null, DispatchOptions? options = null,
        CancellationToken ct = default);

    /// <summary>Stores many runs as one batch, and a run that follows when all of them have ended.</summary>
    /// <param name="items">The runs, 1 to <see cref="TaskEngineLimits.MaxBatchItems"/>. The order in which they end does not
    /// matter.</param>
    /// <param name="then">The run that follows (see <see cref="BatchRequest.Then"/>). Null for none.</param>
    /// <param name="ct">A token that cancels the wait. The batch may still be accepted.</param>
    /// <returns>The batch's id, after all its runs are stored.</returns>
    /// <exception cref="InvalidTaskException">The batch is empty or too large, or its options are out of range. The message says
    /// which.</exception>
    /// <exception cref="TaskNotFoundException">A task does not exist. Nothing is stored.</exception>
    /// <exception cref="TaskCancelledException">A task is cancelled. Nothing is stored.</exception>
    /// <exception cref="TasksOverloadedException">There are too many batches (<see cref="TaskEngineLimits.MaxBatchesPerPartition"/>).
    /// Nothing is stored.</exception>
    Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default);

    /// <summary>Returns the current state of a batch.</summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The batch, or null if it is not known or no longer kept (<see cref="TaskEngineLimits.BatchRetention"/> after its
    /// end).</returns>
    Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>Waits until all runs of a batch have ended, without a time limit.</summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">A token that cancels the wait. The runs continue.</param>
    /// <returns>The batch, or null if it is not known or no longer kept.</returns>
    Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>
    /// Cancels a batch. Waiting runs do not start, the tokens of active runs are cancelled, and ended runs keep their results. The batch
    /// ends as <see cref="BatchStatus.Cancelled"/> with the last of its runs.
    /// </summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">A token that cancels the wait. The batch may still be cancelled.</param>
    /// <returns>True if this call or an earlier one cancelled the batch, which is then stored. False if all its runs had ended or it is not
    /// known.</returns>
    Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>Returns the current state of a group of tasks.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The group. A group that was never set has no limits.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid.</exception>
    Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default);

    /// <summary>Sets the limits that the runs of a group of tasks share from now on. Active runs continue.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>The group, after its limits are stored.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid, or a limit is out of range.</exception>
    /// <exception cref="TasksOverloadedException">The group is new, and there are too many groups
    /// (<see cref="TaskEngineLimits.MaxGroupsPerPartition"/>).</exception>
    Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default);

    /// <summary>Waits for the result of a run, without a time limit.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="ct">A token that cancels the wait. The run continues.</param>
    /// <returns>The result of the run.</returns>
    /// <exception cref="RunNotFoundException">The run is not known or no longer kept.</exception>
    Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default);

    /// <summary>Cancels a run. A waiting run does not start; the token of an active run is cancelled.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>True if the run had not ended; false if it had ended or is not known.</returns>
    Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default);

    /// <summary>Returns the current state of a run.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The run, or null if it is not known or no longer kept.</returns>
    Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default);

    /// <summary>
    /// Finds runs that have ended, in all tasks or in one, while they are kept (<c>TasksOptions.KeepSucceeded</c>,
    /// <c>TasksOptions.KeepOther</c>).
    /// </summary>
    /// <param name="query">The query and its order. Null returns all runs, the latest end first.</param>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>The runs, read in pages from all partitions. A run is found within about a second of its end.</returns>
    /// <exception cref="InvalidTaskException">The query is not valid. The exception lists all faults.</exception>
    IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default);

    /// <summary>Counts runs that have ended.</summary>
    /// <param name="query">The query. Its limit and start position are ignored. Null counts all runs.</param>
    /// <param name="by">The key to count by. Default: <see cref="RunCountBy.Status"/>.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The number of runs for each key, in the order of the keys.</returns>
    /// <exception cref="InvalidTaskException">The query is not valid. The exception lists all faults.</exception>
    Task<IReadOnlyDictionary<string, long>> CountRunsAsync(RunQuery? query = null, RunCountBy by = RunCountBy.Status,
        CancellationToken ct = default);

    /// <summary>
    /// Dispatches an ended run again, with any result: a new run of the same task with the same arguments and headers, which refers to the
    /// original run.
    /// </summary>
    /// <param name="run">The id of a run that has ended.</param>
    /// <param name="options">Changes to the new run. Null changes nothing.</param>
    /// <param name="ct">A token that cancels the wait. The run may still be accepted.</param>
    /// <returns>The id of the new run, after it is stored.</returns>
    /// <exception cref="RunNotFoundException">The run is not known or no longer kept.</exception>
    /// <exception cref="TaskConflictException">The run has not ended, or its arguments were not kept
    /// (<see cref="TaskResult.LacksArguments"/>) and none are given.</exception>
    /// <exception cref="TaskNotFoundException">The task no longer exists.</exception>
    /// <exception cref="TaskCancelledException">The task is cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not match the handler's parameters.</exception>
    Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Dispatches many ended runs again, each once and in the way of <see cref="RetryAsync"/>. The operation is itself a run, of a built-in
    /// task: it survives the loss of silos, reports progress and can be cancelled. Its value is a <see cref="RunOperationReport"/>.
    /// </summary>
    /// <param name="selection">The runs.</param>
    /// <param name="options">The options of the operation. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the wait. The operation may still be accepted.</param>
    /// <returns>The id of the run that performs the operation, after it is stored. <see cref="RunSelection.Query"/> finds runs that have
    /// ended by then.</returns>
    /// <exception cref="InvalidTaskException">The selection is empty or too large, or its query is not valid. The exception lists all
    /// faults.</exception>
    /// <exception cref="TaskCancelledException">The built-in task that performs the operation is cancelled.</exception>
    /// <example><code>
    /// var operation = await client.RetryAllAsync(RunSelection.Of(new RunQuery { Statuses = [RunStatus.Failed], From = yesterday }));
    /// var report = (await client.WaitAsync(operation)).GetValue&lt;RunOperationReport&gt;();
    /// </code></example>
    Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Acknowledges a dead letter: stores with the run that somebody has seen it, with the time, the name in <see cref="TaskActor"/> and a
    /// note.
    /// </summary>
    /// <param name="run">The id of a run that failed, timed out or was lost.</param>
    /// <param name="note">A note for people, up to <see cref="RunMark.MaxNote"/> characters. Null for none.</param>
    /// <param name="ct">A token that cancels the wait. The mark may still be stored.</param>
    /// <returns>The run, after the mark is stored.</returns>
    /// <exception cref="RunNotFoundException">The run is not known or no longer kept.</exception>
    /// <exception cref="TaskConflictException">The run is no dead letter, or ended less than about a second ago.</exception>
    /// <exception cref="InvalidTaskException">The note is too long.</exception>
    Task<RunInfo> AcknowledgeAsync(RunId run, string? note = null, CancellationToken ct = default);

    /// <summary>
    /// Discards a dead letter: stores with the run that it is not to be run again, with the time, the name in <see cref="TaskActor"/> and a
    /// note. It is kept as long as before. Operations on all runs of a query leave it out unless <see cref="RunQuery.DeadLetters"/> names
    /// its state.
    /// </summary>
    /// <param name="run">The id of a run that failed, timed out or was lost.</param>
    /// <param name="note">A note for people, up to <see cref="RunMark.MaxNote"/> characters. Null for none.</param>
    /// <param name="ct">A token that cancels the wait. The mark may still be stored.</param>
    /// <returns>The run, after the mark is stored.</returns>
    /// <exception cref="RunNotFoundException">The run is not known or no longer kept.</exception>
    /// <exception cref="TaskConflictException">The run is no dead letter, or ended less than about a second ago.</exception>
    /// <exception cref="InvalidTaskException">The note is too long.</exception>
    Task<RunInfo> DiscardAsync(RunId run, string? note = null, CancellationToken ct = default);

    /// <summary>
    /// Retries, acknowledges, discards or cancels many runs, each once. The operation is itself a run, of a built-in task: it survives the
    /// loss of silos, reports progress and can be cancelled. Its value is a <see cref="RunOperationReport"/>.
    /// </summary>
    /// <param name="action">What to do with each run.</param>
    /// <param name="selection">The runs.</param>
    /// <param name="options">The options of the operation. Null uses the defaults.</param>
    /// <param name="ct">A token that cancels the wait. The operation may still be accepted.</param>
    /// <returns>The id of the run that performs the operation, after it is stored. <see cref="RunSelection.Query"/> finds runs that have
    /// ended by then.</returns>
    /// <exception cref="InvalidTaskException">The selection is empty or too large, or its query, the note or the action is not valid. The
    /// exception lists all faults.</exception>
    /// <exception cref="TaskCancelledException">The built-in task that performs the operation is cancelled.</exception>
    Task<RunId> ApplyAsync(RunAction action, RunSelection selection, RunActionOptions? options = null, CancellationToken ct = default);

    /// <summary>Registers a task, or replaces or revives the task of the same name.</summary>
    /// <param name="registration">The registration.</param>
    /// <param name="ct">A token that cancels the wait. The registration may still succeed.</param>
    /// <returns>The task's handle, after the registration is stored.</returns>
    /// <exception cref="InvalidTaskException">The registration is not valid, or names a handler that no silo has. The exception lists all
    /// faults.</exception>
    /// <exception cref="TaskConflictException">The task exists, and the registration only creates
    /// (<see cref="TaskRegistration.CreateOnly"/>).</exception>
    Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default);

    /// <summary>Returns the handle of a task. It sends nothing and does not check that the task exists.</summary>
    /// <param name="name">The task's name.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="InvalidTaskException">The name is not a valid task name.</exception>
    TaskHandle GetTask(string name);

    /// <summary>Lists tasks in the order of their names or of their next occurrences.</summary>
    /// <param name="query">The query. Null selects all tasks.</param>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>The tasks, read in pages from all partitions.</returns>
    IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, CancellationToken ct = default);

    /// <summary>Counts the tasks that match a query. The query's limit and start position are ignored.</summary>
    /// <param name="query">The query. Null selects all tasks.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The number of tasks.</returns>
    Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default);

    /// <summary>Returns a summary of the registry: counts, and what is due next. It may be some seconds old.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The overview of all partitions together.</returns>
    Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default);

    /// <summary>Returns the handlers of the silos, with their parameters.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The handlers, in the order of their names.</returns>
    Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default);

    /// <summary>Returns the state of the cluster's scheduler.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The state of all partitions together.</returns>
    Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default);

    /// <summary>Starts the scheduler in the whole cluster.</summary>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>A task that completes when all partitions have stored the change.</returns>
    Task StartAsync(CancellationToken ct = default);

    /// <summary>
    /// Stops the scheduler in the whole cluster. Active runs continue to their end, awaited runs are rejected, and dispatched runs are
    /// stored and wait.
    /// </summary>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>A task that completes when all partitions have stored the change.</returns>
    Task StopAsync(CancellationToken ct = default);

    /// <summary>Cancels all runs and removes all tasks. Tasks that code defines return when their silo starts again.</summary>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>A task that completes when all partitions have stored the change.</returns>
    Task ClearAsync(CancellationToken ct = default);

    /// <summary>Returns the silos of the cluster, with their load.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The silos, in the order of their addresses. A silo that does not answer has no numbers.</returns>
    Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default);

    /// <summary>
    /// Drains a silo: takes it out of service without stopping it. It accepts no new runs and moves its tasks and partitions to other
    /// silos. Its active runs continue to their end. The silo stays drained until <see cref="ResumeAsync"/> or its next start. If no other
    /// silo accepts runs, it keeps its tasks and partitions, and runs wait. Draining a drained silo changes nothing.
    /// </summary>
    /// <param name="silo">The silo's address, as in <see cref="GetSilosAsync"/>.</param>
    /// <param name="ct">A token that cancels the wait. The silo continues.</param>
    /// <returns>The silo, after others have taken its tasks and partitions. <see cref="SiloOverview.Running"/> is the number of runs that
    /// have not ended yet.</returns>
    /// <exception cref="SiloNotFoundException">The cluster has no silo with this address.</exception>
    Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default);

    /// <summary>
    /// Puts a drained silo back into service. Tasks and partitions that become active from now on may be placed on it. Those on other silos
    /// stay there.
    /// </summary>
    /// <param name="silo">The silo's address, as in <see cref="GetSilosAsync"/>.</param>
    /// <param name="ct">A token that cancels the wait. The silo continues.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="SiloNotFoundException">The cluster has no silo with this address.</exception>
    Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default);

    /// <summary>Returns the business calendars of the cluster, by name.</summary>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>The calendars.</returns>
    Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default);

    /// <summary>Adds or replaces a business calendar. Tasks whose schedules use it follow the new calendar from now on.</summary>
    /// <param name="name">The calendar's name. It follows the rules for task names (<see cref="TaskNames"/>): 1 to 200 characters.</param>
    /// <param name="calendar">The calendar.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>True if the calendar is new. It is stored when the call returns.</returns>
    /// <exception cref="InvalidTaskException">The name or the calendar is not valid, or there are too many calendars. The exception lists
    /// all faults.</exception>
    Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default);

    /// <summary>Removes a business calendar.</summary>
    /// <param name="name">The calendar's name.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>True if there was such a calendar.</returns>
    /// <exception cref="TaskConflictException">Tasks use the calendar. The message names some of them.</exception>
    Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default);

    /// <summary>Returns results as they arrive: each result once, and in order for each task.</summary>
    /// <remarks>
    /// The subscription begins and ends with the enumeration. Results that the stream lost are read from the history. If the history no
    /// longer has them, an item with <see cref="RunStatus.Gap"/> gives the number of missed results.
    /// </remarks>
    /// <param name="task">The task's name. Null subscribes to every task.</param>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>An endless sequence of results.</returns>
    IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default);

    /// <summary>
    /// Returns events as they happen: runs that start, progress and end, occurrences that are skipped or missed, changes of tasks.
    /// </summary>
    /// <param name="task">The task's name. Null subscribes to every task.</param>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>An endless sequence of events from now on. Events are for observation: an event that is lost on its way is not sent
    /// again.</returns>
    IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default);

    /// <summary>Subscribes to events. After the call returns, the subscription receives every event that is published.</summary>
    /// <param name="task">The task's name. Null subscribes to every task.</param>
    /// <param name="ct">A token that cancels the wait for the subscription.</param>
    /// <returns>The subscription. Dispose it when done.</returns>
    Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default);

    /// <summary>Subscribes to results. After the call returns, the subscription misses no later result.</summary>
    /// <param name="task">The task's name. Null subscribes to every task.</param>
    /// <param name="after">The sequence number after which to start, as far back as the history goes. Null starts with new results.
    /// Requires a task.</param>
    /// <param name="ct">A token that cancels the wait for the subscription.</param>
    /// <returns>The subscription. Enumerate it once and dispose it. Its items are those of <see cref="Results"/>.</returns>
    /// <exception cref="ArgumentException">A sequence number is given without a task.</exception>
    /// <exception cref="ClusterUnreachableException">No silo answered within <see cref="TaskClientOptions.RetryFor"/>.</exception>
    Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task = null, long? after = null, CancellationToken ct = default);

    /// <summary>Sends a message to all connected clients.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message. It is sent as JSON.</param>
    /// <param name="ct">A token that cancels the wait. The request may still take effect.</param>
    /// <returns>A task that completes when the message is sent.</returns>
    /// <exception cref="TaskArgumentException">The message cannot be written as JSON.</exception>
    /// <exception cref="PayloadTooLargeException">The message exceeds the size limit.</exception>
    Task BroadcastAsync<T>(T message, CancellationToken ct = default);

    /// <summary>Returns broadcasts as they arrive.</summary>
    /// <param name="ct">A token that ends the enumeration.</param>
    /// <returns>An endless sequence of messages.</returns>
    IAsyncEnumerable<BroadcastMessage> Broadcasts(CancellationToken ct = default);

    /// <summary>Subscribes to broadcasts. After the call returns, the subscription misses no later message.</summary>
    /// <param name="ct">A token that cancels the wait for the subscription.</param>
    /// <returns>The subscription. Enumerate it once and dispose it.</returns>
    Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default);
}
