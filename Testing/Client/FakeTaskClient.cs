using OrleansTasks.Client;
using OrleansTasks.Testing.Client;

namespace OrleansTasks.Testing;

/// <summary>
/// Represents a task client without a cluster. It records calls, gives programmed answers, and pushes results and broadcasts to
/// subscribers. It runs no handlers and waits for no schedules.
/// </summary>
/// <remarks>
/// Thread-safe. Lists are copies of the current state, in the order of the calls. <see cref="Returns(string, object?)"/>,
/// <see cref="Fails(string, Exception)"/> or <see cref="Answers(string, Func{TaskArguments, object?})"/> answers an awaited run; without
/// any of them the call throws <see cref="FakeTaskNotProgrammedException"/>. A dispatched run stays pending until a caller waits for it, or
/// until <see cref="Complete"/> or <see cref="Fail"/> ends it. Arguments, values and messages are converted to JSON and back, as in a
/// cluster.
/// </remarks>
/// <example><code>
/// var tasks = new FakeTaskClient();
/// tasks.Returns("price", 12.5m);
/// await new Shop(tasks).BuyAsync("book");
/// Assert.Equal("book", tasks.Runs.Single().Arguments.Get&lt;string&gt;(0));
/// </code></example>
public sealed class FakeTaskClient : ITaskClient, IRunLeaver
{
    private readonly TimeProvider _time;
    private readonly FakeAnswers _answers;
    private readonly FakeRuns _runs = new();
    private readonly FakeRegistry _tasks;
    private readonly FakeRunner _runner;
    private readonly FakeRunSearch _search;
    private readonly FakeRetries _retries;
    private readonly FakeBatches _batches;
    private readonly FakeGroups _groups = new();
    private readonly FakeListing _listing;
    private readonly FakeHandles _handles;
    private readonly FakeBroadcasts _broadcasts;
    private readonly FakeFeed<TaskEvent> _events = new();

    /// <summary>Initializes a new instance of the <see cref="FakeTaskClient"/> class.</summary>
    /// <param name="time">The clock for due times and results. Default: null, which uses the system's clock.</param>
    public FakeTaskClient(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _answers = new FakeAnswers(_time);
        _tasks = new FakeRegistry(_time);
        _runner = new FakeRunner(_answers, _runs, _tasks, _time);
        _search = new FakeRunSearch(_runs, _tasks);
        _retries = new FakeRetries(_runner, _runs, _search, _time);
        _batches = new FakeBatches(_runner, _runs, _time);
        _listing = new FakeListing(_tasks, _runs);
        _handles = new FakeHandles(_answers, _runner, _runs, _tasks, _time);
        _broadcasts = new FakeBroadcasts(_time);
    }

    /// <summary>Gets the awaited runs.</summary>
    public IReadOnlyList<FakeRun> Runs => _runs.Runs;

    /// <summary>Gets the stored runs: dispatched, including those of batches, triggered, and backfilled.</summary>
    public IReadOnlyList<FakeDispatch> Dispatched => _runs.Dispatched;

    /// <summary>Gets the registrations.</summary>
    public IReadOnlyList<TaskRegistration> Scheduled => _tasks.Scheduled;

    /// <summary>Gets the broadcast messages.</summary>
    public IReadOnlyList<BroadcastMessage> Broadcasts => _broadcasts.Sent;

    /// <summary>Gets the dispatched batches.</summary>
    public IReadOnlyList<FakeBatch> Batches => _batches.All;

    /// <summary>Gets the operations of task handles.</summary>
    public IReadOnlyList<FakeTaskCall> Calls => _handles.Calls;

    /// <summary>Gets the names of the cancelled tasks.</summary>
    public IReadOnlyList<string> CancelledTasks =>
        [.. Calls.Where(static c => c.Verb == FakeTaskVerb.Cancel).Select(static c => c.Task)];

    /// <summary>Gets the ids of the runs for which a cancellation was requested.</summary>
    public IReadOnlyList<RunId> CancelledRuns => _runner.Cancelled;

    /// <summary>
    /// Gets a value indicating whether the scheduler is started: true until <see cref="StopAsync"/>. While it is stopped, awaited runs are
    /// rejected.
    /// </summary>
    public bool IsStarted => _runner.IsStarted;

    /// <summary>Gets the number of current subscriptions to results.</summary>
    public int ResultSubscribers => _runner.Results.Count;

    /// <summary>Gets the number of current subscriptions to broadcasts.</summary>
    public int BroadcastSubscribers => _broadcasts.Feed.Count;

    /// <summary>Makes every run of a task succeed with a value.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value. A <see cref="TaskResult"/> is used as the whole result. Null if the task returns no value.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Returns(string task, object? value = null) => Answers(task, (_, _) => Task.FromResult(value));

    /// <summary>Makes every run of a task succeed with a value.</summary>
    /// <typeparam name="TArgument">The type of the task's argument.</typeparam>
    /// <typeparam name="TResult">The type of the task's value.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Returns<TArgument, TResult>(TaskName<TArgument, TResult> task, TResult value) => Returns(task.Name, value);

    /// <summary>
    /// Makes every run of a task fail, as if its handler had thrown. To make the call itself throw, use <see cref="Throws"/>.
    /// </summary>
    /// <param name="task">The task's name.</param>
    /// <param name="exception">The handler's exception.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Fails(string task, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _answers.SetFailure(task, exception);
        return this;
    }

    /// <summary>Makes every run of a task fail with a message.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="error">The message.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Fails(string task, string error) => Fails(task, new InvalidOperationException(error));

    /// <summary>
    /// Makes every call that names a task throw, such as a <see cref="TaskNotFoundException"/>: runs, dispatches, registrations and the
    /// operations of its handle.
    /// </summary>
    /// <param name="task">The task's name.</param>
    /// <param name="exception">The exception that the calls throw.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Throws(string task, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _answers.Refuse(task, exception);
        return this;
    }

    /// <summary>Computes the value of each run of a task from its arguments.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">A function that returns the value, or a whole <see cref="TaskResult"/>. An exception makes the run fail; a
    /// <see cref="TaskException"/> is thrown to the caller.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Answers(string task, Func<TaskArguments, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Answers(task, (arguments, _) => Task.FromResult(answer(arguments)));
    }

    /// <summary>Computes the value of each run of a task from its arguments asynchronously, while the caller waits.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">A function that returns the value. Its token is the caller's. Otherwise as in
    /// <see cref="Answers(string, Func{TaskArguments, object?})"/>.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Answers(string task, Func<TaskArguments, CancellationToken, Task<object?>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answers.Set(task, answer);
        return this;
    }

    /// <summary>Computes the value of each run of a task from its argument.</summary>
    /// <typeparam name="TArgument">The type of the task's argument.</typeparam>
    /// <typeparam name="TResult">The type of the task's value.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">A function that returns the value.</param>
    /// <returns>The same client, so that calls can be chained.</returns>
    public FakeTaskClient Answers<TArgument, TResult>(TaskName<TArgument, TResult> task, Func<TArgument, TResult> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Answers(task.Name, arguments => answer(arguments.Get<TArgument>(0)!));
    }

    /// <summary>Ends a dispatched run with a value. Waiting callers and subscribers to results receive it.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="value">The value. Null for none.</param>
    /// <returns>The result, with its sequence number.</returns>
    /// <exception cref="RunNotFoundException">The run was not dispatched with this client.</exception>
    public TaskResult Complete(RunId run, object? value = null) => _runner.Complete(run, value);

    /// <summary>Ends a dispatched run as failed.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="exception">The handler's exception.</param>
    /// <returns>The result, with its sequence number.</returns>
    /// <exception cref="RunNotFoundException">The run was not dispatched with this client.</exception>
    public TaskResult Fail(RunId run, Exception exception) => _runner.Fail(run, exception);

    /// <summary>
    /// Pushes a result to subscribers to the results of its task or of all tasks, and adds it to the task's history. A result without a
    /// sequence number gets the next one.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <returns>The result, with its sequence number.</returns>
    public TaskResult PushResult(TaskResult result) => _runner.End(result);

    /// <summary>Pushes the result of an occurrence of a task, with a value, to subscribers.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value. Null for none.</param>
    /// <returns>The result, with its sequence number.</returns>
    public TaskResult PushResult(string task, object? value) => _runner.Occur(task, value);

    /// <summary>
    /// Pushes a message to subscribers to broadcasts, as if a task or another client had sent it. It does not appear in
    /// <see cref="Broadcasts"/>.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="task">The task that sends the message. Null for none.</param>
    public void PushBroadcast<T>(T message, string? task = null) => _broadcasts.Push(message, task);

    /// <summary>Pushes an event to subscribers to events.</summary>
    /// <param name="item">The event.</param>
    public void PushEvent(TaskEvent item) => _events.Push(item);

    /// <inheritdoc/>
    /// <exception cref="FakeTaskNotProgrammedException">The task has no programmed answer.</exception>
    public Task<TaskResult> RunAsync(
        string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default) =>
        _runner.RunAsync(RunId.New(TaskNames.Check(task), _time), arguments, options, ct);

    /// <inheritdoc/>
    public async Task<TValue> RunAsync<TValue>(
        string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default) =>
        (await RunAsync(task, arguments, options, ct).ConfigureAwait(false)).GetValue<TValue>()!;

    /// <inheritdoc/>
    public Task<RunId> DispatchAsync(
        string task, TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default) =>
        Task.FromResult(_runner.Dispatch(task, arguments, options, ct));

    /// <inheritdoc/>
    public Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default) =>
        Task.FromResult(_batches.Dispatch(items, then, ct));

    /// <inheritdoc/>
    public Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default) => Task.FromResult(_batches.Describe(batch));

    /// <inheritdoc/>
    public Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default) => _batches.WaitAsync(batch, ct);

    /// <inheritdoc/>
    public Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default) => Task.FromResult(_batches.Cancel(batch));

    /// <inheritdoc/>
    public Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default) => Task.FromResult(_groups.Get(name));

    /// <inheritdoc/>
    public Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default) =>
        Task.FromResult(_groups.Put(name, limits));

    /// <inheritdoc/>
    /// <remarks>A pending run is answered now, as an awaited run would be.</remarks>
    /// <exception cref="FakeTaskNotProgrammedException">The run is pending, and its task has no programmed answer.</exception>
    public Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default) => _runner.WaitAsync(run, ct);

    /// <inheritdoc/>
    public Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default) => Task.FromResult(_runner.Cancel(run));

    /// <inheritdoc/>
    public Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default) => Task.FromResult(_runs.InfoOf(run));

    /// <inheritdoc/>
    public IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default) =>
        _search.Find(query ?? new RunQuery()).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountRunsAsync(
        RunQuery? query = null, RunCountBy by = RunCountBy.Status, CancellationToken ct = default) =>
        Task.FromResult(_search.Count(query ?? new RunQuery(), by));

    /// <inheritdoc/>
    public Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default) =>
        Task.FromResult(_retries.Retry(run, options, ct));

    /// <inheritdoc/>
    /// <remarks>The runs are dispatched now. The returned run has ended, and its value is the report.</remarks>
    public Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default) =>
        Task.FromResult(_retries.Apply(RunAction.Retry, selection, new RunActionOptions { Delay = options?.Delay }, ct));

    /// <inheritdoc/>
    public Task<RunInfo> AcknowledgeAsync(RunId run, string? note = null, CancellationToken ct = default) =>
        Task.FromResult(_retries.Mark(run, DeadLetterState.Acknowledged, note));

    /// <inheritdoc/>
    public Task<RunInfo> DiscardAsync(RunId run, string? note = null, CancellationToken ct = default) =>
        Task.FromResult(_retries.Mark(run, DeadLetterState.Discarded, note));

    /// <inheritdoc/>
    /// <remarks>It is done now. The returned run has ended, and its value is the report.</remarks>
    public Task<RunId> ApplyAsync(
        RunAction action, RunSelection selection, RunActionOptions? options = null, CancellationToken ct = default) =>
        Task.FromResult(_retries.Apply(action, selection, options ?? new RunActionOptions(), ct));

    /// <inheritdoc/>
    public Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        ct.ThrowIfCancellationRequested();
        FakeFaults.ThrowIfAny(registration.Name, registration.Faults());
        _answers.Check(registration.Name);
        return Task.FromResult(new TaskHandle(this, _handles, registration.Name, _tasks.Schedule(registration)));
    }

    /// <inheritdoc/>
    public TaskHandle GetTask(string name) => new(this, _handles, TaskNames.Check(name));

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, CancellationToken ct = default) =>
        _listing.List(query).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default) => Task.FromResult(_listing.Count(query));

    /// <inheritdoc/>
    public Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default) => Task.FromResult(_listing.Overview());

    /// <inheritdoc/>
    /// <remarks>Returns the names of the handlers of all tasks that this client knows, without their parameters.</remarks>
    public Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default) => Task.FromResult(_listing.Handlers());

    /// <inheritdoc/>
    public Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default) => Task.FromResult(_listing.Scheduler(IsStarted));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken ct = default) => _runner.StartAsync();

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken ct = default) => _runner.StopAsync();

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken ct = default)
    {
        _runner.CancelPending();
        _tasks.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<SiloOverview>>([]);

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default) => throw new SiloNotFoundException(silo, []);

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default) => throw new SiloNotFoundException(silo, []);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default) =>
        Task.FromResult(_tasks.Calendars);

    /// <inheritdoc/>
    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default) =>
        Task.FromResult(_tasks.PutCalendar(name, calendar));

    /// <inheritdoc/>
    public Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default) => Task.FromResult(_tasks.RemoveCalendar(name));

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default) =>
        _runner.Results.ReadAsync(r => task is null || r.Task == task, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default) =>
        _events.ReadAsync(e => task is null || e.Task == task, ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default) =>
        Task.FromResult(_events.Subscribe(e => task is null || e.Task == task));

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(
        string? task = null, long? after = null, CancellationToken ct = default) =>
        Task.FromResult(_runner.Subscribe(task, after));

    /// <inheritdoc/>
    public Task BroadcastAsync<T>(T message, CancellationToken ct = default) => _broadcasts.SendAsync(message, null, ct);

    /// <inheritdoc/>
    IAsyncEnumerable<BroadcastMessage> ITaskClient.Broadcasts(CancellationToken ct) => _broadcasts.Feed.ReadAsync(static _ => true, ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default) =>
        Task.FromResult(_broadcasts.Feed.Subscribe(static _ => true));

    Task<TaskResult?> IRunLeaver.RunOrLeaveAsync(
        RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave, CancellationToken ct) =>
        _runner.RunOrLeaveAsync(run, arguments, options, leave, ct);

    /// <summary>Records a message that a handler sends, and publishes it.</summary>
    internal Task BroadcastAsync<T>(T message, string? task, CancellationToken ct) => _broadcasts.SendAsync(message, task, ct);

    /// <summary>Cancels a task for its handler, and records it.</summary>
    /// <returns>Whether it was not cancelled before.</returns>
    internal bool CancelTask(string name) => _handles.Cancel(name);
}
