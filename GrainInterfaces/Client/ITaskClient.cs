namespace OrleansTasks;

/// <summary>Runs, schedules and watches tasks, from a client web server, from a grain, or inside the silo.</summary>
/// <remarks>
/// Thread-safe; one per process, from the container. Calls that meet the loss of a silo are repeated for
/// <see cref="TaskClientOptions.RetryFor"/>; a run is never started twice by that.
/// </remarks>
public interface ITaskClient
{
    /// <summary>Runs a task and waits for its result, for as long as it takes.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="ct">Cancels the run, on the silo too.</param>
    /// <returns>What the run came to, whether it succeeded or not.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    /// <exception cref="PayloadTooLargeException">The arguments are too large.</exception>
    /// <exception cref="SchedulerStoppedException">The scheduler is not started.</exception>
    /// <exception cref="TaskTimeoutException">The timeout of the options was over; the run is cancelled.</exception>
    /// <exception cref="TasksOverloadedException">Too many runs of the task wait already.</exception>
    /// <exception cref="ClusterUnreachableException">No silo answered within <see cref="TaskClientOptions.RetryFor"/>.</exception>
    Task<TaskResult> RunAsync(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Runs a task, waits, and gives its value.</summary>
    /// <typeparam name="TValue">The type to read the value as.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">How the run is to be treated; null for the defaults.</param>
    /// <param name="ct">Cancels the run, on the silo too.</param>
    /// <returns>The value.</returns>
    /// <exception cref="TaskFailedException">The run was not successful. Further errors as in <see cref="RunAsync(string, TaskArguments, RunOptions, CancellationToken)"/>.</exception>
    Task<TValue> RunAsync<TValue>(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default);

    /// <summary>Stores a run to be made now or later, and does not wait for it.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="arguments">The arguments; null for the task's own.</param>
    /// <param name="options">When the run is due, and how it is to be treated; null: now, and the defaults.</param>
    /// <param name="ct">Gives up waiting for the acceptance; the run may have been accepted.</param>
    /// <returns>The run's id, once the run is stored.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    /// <exception cref="InvalidTaskException">The options contradict each other or are out of range.</exception>
    Task<RunId> DispatchAsync(string task, TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default);

    /// <summary>Stores many runs as one batch, and a run to follow when all of them have ended.</summary>
    /// <param name="items">The runs, 1 to <see cref="TaskEngineLimits.MaxBatchItems"/>; each counts once, in whichever order they end.</param>
    /// <param name="then">The run to follow (see <see cref="BatchRequest.Then"/>); null for none.</param>
    /// <param name="ct">Gives up waiting for the acceptance; the batch may have been accepted.</param>
    /// <returns>The batch's id, once all its runs are stored.</returns>
    /// <exception cref="InvalidTaskException">The batch is empty, too large, or has options that are out of range; the message says which.</exception>
    /// <exception cref="TaskNotFoundException">There is no task of that name; nothing is stored.</exception>
    /// <exception cref="TaskCancelledException">A task was cancelled; nothing is stored.</exception>
    /// <exception cref="TasksOverloadedException">There are too many batches (<see cref="TaskEngineLimits.MaxBatchesPerPartition"/>); nothing is stored.</exception>
    Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default);

    /// <summary>A batch as it stands.</summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The batch; null if it is not known, or no longer kept (<see cref="TaskEngineLimits.BatchRetention"/> after its end).</returns>
    Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>Waits until all runs of a batch have ended, for as long as it takes.</summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">Gives up waiting; the runs go on.</param>
    /// <returns>The batch; null if it is not known, or no longer kept.</returns>
    Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>
    /// Cancels a batch: its runs that wait will not start, those that run get their tokens cancelled, and what has ended keeps its result. The batch ends, as
    /// <see cref="BatchStatus.Cancelled"/>, with the last of its runs.
    /// </summary>
    /// <param name="batch">The batch's id.</param>
    /// <param name="ct">Gives up waiting for the answer; the batch may have been cancelled.</param>
    /// <returns>True if the batch is cancelled, by this call or an earlier one: that is stored then. False if all its runs had ended, or it is not known.</returns>
    Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default);

    /// <summary>A group of tasks as it stands.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The group; one that was never set has no limits.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid.</exception>
    Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default);

    /// <summary>Sets what the runs of a group of tasks may do together from now on; those under way go on.</summary>
    /// <param name="name">The group's name.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The group, once its limits are stored.</returns>
    /// <exception cref="InvalidTaskException">The name is not valid, or a limit is out of range.</exception>
    /// <exception cref="TasksOverloadedException">It would be a further group, and there are too many (<see cref="TaskEngineLimits.MaxGroupsPerPartition"/>).</exception>
    Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default);

    /// <summary>Waits for the result of a run, for as long as it takes.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up waiting; the run goes on.</param>
    /// <returns>What the run came to.</returns>
    /// <exception cref="RunNotFoundException">There is no such run, or it is no longer kept.</exception>
    Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default);

    /// <summary>Asks a run to stop: one that waits will not start, one that runs gets its token cancelled.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>True if the run had not ended; false if it had, or is not known.</returns>
    Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default);

    /// <summary>A run as it stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The run; null if it is not known, or no longer kept.</returns>
    Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default);

    /// <summary>Finds runs that have ended, in all tasks or in one, as long as they are kept (<c>TasksOptions.KeepSucceeded</c>, <c>TasksOptions.KeepOther</c>).</summary>
    /// <param name="query">Which, and in which order; null: all, those that ended last first.</param>
    /// <param name="ct">Ends the search.</param>
    /// <returns>The runs, read in pages from all partitions. A run is found within about a second of its end.</returns>
    /// <exception cref="InvalidTaskException">The query has faults; all are listed.</exception>
    IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default);

    /// <summary>Counts runs that have ended.</summary>
    /// <param name="query">Which; its limit and place do not count. Null: all.</param>
    /// <param name="by">What by. Default: <see cref="RunCountBy.Status"/>.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>How many there are, by key, in order of the keys.</returns>
    /// <exception cref="InvalidTaskException">The query has faults; all are listed.</exception>
    Task<IReadOnlyDictionary<string, long>> CountRunsAsync(RunQuery? query = null, RunCountBy by = RunCountBy.Status, CancellationToken ct = default);

    /// <summary>Dispatches a run again that has ended, whatever it came to: a new run of the same task with the same arguments and headers, which says of which it is the retry.</summary>
    /// <param name="run">The run that has ended.</param>
    /// <param name="options">What is to be other than it was; null: nothing.</param>
    /// <param name="ct">Gives up waiting for the acceptance; the run may have been accepted.</param>
    /// <returns>The id of the new run, once it is stored.</returns>
    /// <exception cref="RunNotFoundException">There is no such run, or it is no longer kept.</exception>
    /// <exception cref="TaskConflictException">The run has not ended, or its arguments were not kept (<see cref="TaskResult.LacksArguments"/>) and none are given.</exception>
    /// <exception cref="TaskNotFoundException">The task was removed.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not fit.</exception>
    Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default);

    /// <summary>
    /// Dispatches many runs again that have ended, each as <see cref="RetryAsync"/> does, and each once. That is a run of its own, of a task of the engine's: it goes on when silos are lost, reports
    /// progress, can be cancelled, and its value is a <see cref="RunOperationReport"/>.
    /// </summary>
    /// <param name="selection">Which runs.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="ct">Gives up waiting for the acceptance; it may have been accepted.</param>
    /// <returns>The id of the run that does it, once that is stored. Of <see cref="RunSelection.Query"/> it takes what has ended by then.</returns>
    /// <exception cref="InvalidTaskException">The selection names nothing, or too much, or the query has faults; all are listed.</exception>
    /// <exception cref="TaskCancelledException">Somebody has cancelled the task that does it.</exception>
    /// <example><code>
    /// var operation = await client.RetryAllAsync(RunSelection.Of(new RunQuery { Statuses = [RunStatus.Failed], From = yesterday }));
    /// var report = (await client.WaitAsync(operation)).GetValue&lt;RunOperationReport&gt;();
    /// </code></example>
    Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default);

    /// <summary>Puts a task into the registry, or replaces or revives the one of that name.</summary>
    /// <param name="registration">The task.</param>
    /// <param name="ct">Gives up waiting; the registration may have been made.</param>
    /// <returns>The task's handle, once the registration is stored.</returns>
    /// <exception cref="InvalidTaskException">The registration is not valid, or names a handler that no silo has; all faults are listed.</exception>
    /// <exception cref="TaskConflictException">The task exists, and was only to be created.</exception>
    Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default);

    /// <summary>The handle of a task. Nothing is sent, and it is not checked whether the task exists.</summary>
    /// <param name="name">The task's name.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="InvalidTaskException">No task can have that name.</exception>
    TaskHandle GetTask(string name);

    /// <summary>Tasks in order of their names, or of their next occurrences.</summary>
    /// <param name="query">Which; null: all.</param>
    /// <param name="ct">Ends the listing.</param>
    /// <returns>The tasks, read in pages from all partitions.</returns>
    IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, CancellationToken ct = default);

    /// <summary>How many tasks a query is for, whatever its limit and wherever it begins.</summary>
    /// <param name="query">Which; null: all.</param>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The number.</returns>
    Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default);

    /// <summary>What is in the registry, in numbers, and what is next. It may be some seconds old.</summary>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>All partitions together.</returns>
    Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default);

    /// <summary>The handlers that the silos have, with their parameters.</summary>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The handlers, in order of their names.</returns>
    Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default);

    /// <summary>The cluster's scheduler.</summary>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>All partitions together.</returns>
    Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default);

    /// <summary>Lets tasks run, in the whole cluster.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When all partitions have stored it.</returns>
    Task StartAsync(CancellationToken ct = default);

    /// <summary>Stops firing in the whole cluster; runs under way end, requests to run are refused, dispatches are stored and wait.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When all partitions have stored it.</returns>
    Task StopAsync(CancellationToken ct = default);

    /// <summary>Cancels all runs and removes all tasks. What code defines comes back when its silo starts again.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When all partitions have stored it.</returns>
    Task ClearAsync(CancellationToken ct = default);

    /// <summary>The silos of the cluster, with what they have.</summary>
    /// <param name="ct">Gives up waiting for the answer.</param>
    /// <returns>The silos, in order of their addresses. One that does not answer has no numbers.</returns>
    Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default);

    /// <summary>
    /// Takes a silo out of service without stopping it: it takes no new runs, and gives its tasks and partitions to other silos. Runs that it has go on there to their end. It stays so until
    /// <see cref="ResumeAsync"/> or its next start. If no other silo takes runs, it keeps its tasks and partitions, and runs wait. A silo that is drained already stays so.
    /// </summary>
    /// <param name="silo">The silo's address, as <see cref="GetSilosAsync"/> has it.</param>
    /// <param name="ct">Gives up waiting; the silo goes on.</param>
    /// <returns>The silo, when others have its tasks and partitions. <see cref="SiloOverview.Running"/> is the number of runs that have not ended yet.</returns>
    /// <exception cref="SiloNotFoundException">There is no such silo.</exception>
    Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default);

    /// <summary>Has a silo that was drained take runs again. Tasks and partitions that become active from now on may be placed on it; those of other silos stay where they are.</summary>
    /// <param name="silo">The silo's address, as <see cref="GetSilosAsync"/> has it.</param>
    /// <param name="ct">Gives up waiting; the silo goes on.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="SiloNotFoundException">There is no such silo.</exception>
    Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default);

    /// <summary>The business calendars of the cluster, by their names.</summary>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>The calendars.</returns>
    Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default);

    /// <summary>Adds a business calendar, or replaces the one of that name: tasks whose schedules observe it follow it from now on.</summary>
    /// <param name="name">The calendar's name; 1 to 200 characters, as the names of tasks.</param>
    /// <param name="calendar">The calendar.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>True if it is new. It is stored then.</returns>
    /// <exception cref="InvalidTaskException">The name or the calendar is not valid, or there are too many; all faults are listed.</exception>
    Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default);

    /// <summary>Removes a business calendar.</summary>
    /// <param name="name">The calendar's name.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>True if there was one.</returns>
    /// <exception cref="TaskConflictException">Tasks observe it; the message names some.</exception>
    Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default);

    /// <summary>Results as they come: each once, and in order for each task.</summary>
    /// <remarks>
    /// The subscription begins with the enumeration and ends with it. Results that the stream lost are fetched from the history; when
    /// the history no longer holds them, an item with <see cref="RunStatus.Gap"/> says how many were missed.
    /// </remarks>
    /// <param name="task">The task's name; null: of every task.</param>
    /// <param name="ct">Ends the enumeration.</param>
    /// <returns>The results, without end.</returns>
    IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default);

    /// <summary>Events as they happen: runs that start, progress and end, occurrences that are skipped or missed, changes of tasks.</summary>
    /// <param name="task">The task's name; null: of every task.</param>
    /// <param name="ct">Ends the enumeration.</param>
    /// <returns>Events from now on, without end. They are for watching: one that is lost on its way is not made up for.</returns>
    IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default);

    /// <summary>Subscribes to events: when this returns, those that happen from now on are heard.</summary>
    /// <param name="task">The task's name; null: of every task.</param>
    /// <param name="ct">Gives up subscribing.</param>
    /// <returns>The subscription; dispose it when done.</returns>
    Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default);

    /// <summary>Subscribes to results, and returns when the subscription is in force: no result that comes later is missed.</summary>
    /// <param name="task">The task's name; null: of every task.</param>
    /// <param name="after">
    /// Begin with what follows this sequence number, from the history as far as it goes; null: with what comes from now on. Only with a task.
    /// </param>
    /// <param name="ct">Gives up waiting for the subscription.</param>
    /// <returns>The subscription, to be enumerated once and disposed; its items are those of <see cref="Results"/>.</returns>
    /// <exception cref="ArgumentException">A sequence number was given without a task.</exception>
    /// <exception cref="ClusterUnreachableException">No silo answered within <see cref="TaskClientOptions.RetryFor"/>.</exception>
    Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task = null, long? after = null, CancellationToken ct = default);

    /// <summary>Sends a message to all connected client web servers.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message; it travels as JSON.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When the message is on its way.</returns>
    /// <exception cref="TaskArgumentException">The message cannot be written as JSON.</exception>
    /// <exception cref="PayloadTooLargeException">The message is too large.</exception>
    Task BroadcastAsync<T>(T message, CancellationToken ct = default);

    /// <summary>Broadcasts as they come.</summary>
    /// <param name="ct">Ends the enumeration.</param>
    /// <returns>The messages, without end.</returns>
    IAsyncEnumerable<BroadcastMessage> Broadcasts(CancellationToken ct = default);

    /// <summary>Subscribes to broadcasts, and returns when the subscription is in force: no message that is sent later is missed.</summary>
    /// <param name="ct">Gives up waiting for the subscription.</param>
    /// <returns>The subscription, to be enumerated once and disposed.</returns>
    Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default);
}
