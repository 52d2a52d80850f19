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
public sealed partial class FakeTaskClient : ITaskClient, ITaskHandleClient, IRunLeaver
{
    private readonly TimeProvider _time;
    private readonly FakeAnswers _answers = new();
    private readonly FakeRuns _runs = new();
    private readonly FakeRegistry _tasks;
    private readonly FakeFeed<TaskResult> _results = new();
    private readonly FakeFeed<BroadcastMessage> _messages = new();
    private readonly FakeFeed<TaskEvent> _events = new();
    private readonly NotedList<TaskRegistration> _scheduled = new();
    private readonly NotedList<BroadcastMessage> _broadcasts = new();
    private readonly NotedList<FakeBatch> _batches = new();
    private readonly NotedList<FakeTaskCall> _calls = new();
    private readonly NotedList<RunId> _cancelledRuns = new();

    /// <summary>Initializes a new instance of the <see cref="FakeTaskClient"/> class.</summary>
    /// <param name="time">The clock for due times and results. Default: null, which uses the system's clock.</param>
    public FakeTaskClient(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _tasks = new FakeRegistry(_time);
    }

    /// <summary>Gets the awaited runs.</summary>
    public IReadOnlyList<FakeRun> Runs => _runs.Runs;

    /// <summary>Gets the stored runs: dispatched, including those of batches, triggered, and backfilled.</summary>
    public IReadOnlyList<FakeDispatch> Dispatched => _runs.Dispatched;

    /// <summary>Gets the registrations.</summary>
    public IReadOnlyList<TaskRegistration> Scheduled => _scheduled.All;

    /// <summary>Gets the broadcast messages.</summary>
    public IReadOnlyList<BroadcastMessage> Broadcasts => _broadcasts.All;

    /// <summary>Gets the dispatched batches.</summary>
    public IReadOnlyList<FakeBatch> Batches => _batches.All;

    /// <summary>Gets the operations of task handles.</summary>
    public IReadOnlyList<FakeTaskCall> Calls => _calls.All;

    /// <summary>Gets the names of the cancelled tasks.</summary>
    public IReadOnlyList<string> CancelledTasks => [.. _calls.All.Where(static c => c.Verb == FakeTaskVerb.Cancel).Select(static c => c.Task)];

    /// <summary>Gets the ids of the runs for which a cancellation was requested.</summary>
    public IReadOnlyList<RunId> CancelledRuns => _cancelledRuns.All;

    /// <summary>
    /// Gets a value indicating whether the scheduler is started: true until <see cref="StopAsync"/>. While it is stopped, awaited runs are
    /// rejected.
    /// </summary>
    public bool IsStarted { get; private set; } = true;

    /// <summary>Gets the number of current subscriptions to results.</summary>
    public int ResultSubscribers => _results.Count;

    /// <summary>Gets the number of current subscriptions to broadcasts.</summary>
    public int BroadcastSubscribers => _messages.Count;

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
        return Answers(task, (_, _) => Task.FromResult<object?>(FakeResults.Failed(default, exception, RunTrigger.Request, _time.GetUtcNow(), _time.GetUtcNow())));
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
        _answers.Refuse(TaskNames.Check(task), exception);
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
        _answers.Set(TaskNames.Check(task), answer);
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
    public TaskResult Complete(RunId run, object? value = null)
    {
        var (dispatched, now) = (FindRun(run), _time.GetUtcNow());
        return End(FakeResults.Of(run, value, dispatched.Trigger, now, now));
    }

    /// <summary>Ends a dispatched run as failed.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="exception">The handler's exception.</param>
    /// <returns>The result, with its sequence number.</returns>
    /// <exception cref="RunNotFoundException">The run was not dispatched with this client.</exception>
    public TaskResult Fail(RunId run, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var (dispatched, now) = (FindRun(run), _time.GetUtcNow());
        return End(FakeResults.Failed(run, exception, dispatched.Trigger, now, now));
    }

    /// <summary>
    /// Pushes a result to subscribers to the results of its task or of all tasks, and adds it to the task's history. A result without a
    /// sequence number gets the next one.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <returns>The result, with its sequence number.</returns>
    public TaskResult PushResult(TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return End(result);
    }

    /// <summary>Pushes the result of an occurrence of a task, with a value, to subscribers.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value. Null for none.</param>
    /// <returns>The result, with its sequence number.</returns>
    public TaskResult PushResult(string task, object? value)
    {
        var now = _time.GetUtcNow();
        return End(FakeResults.Of(RunId.New(task, _time), value, RunTrigger.Schedule, now, now));
    }

    /// <summary>
    /// Pushes a message to subscribers to broadcasts, as if a task or another client had sent it. It does not appear in
    /// <see cref="Broadcasts"/>.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="task">The task that sends the message. Null for none.</param>
    public void PushBroadcast<T>(T message, string? task = null) => _messages.Push(MessageOf(message, task));

    /// <summary>Pushes an event to subscribers to events.</summary>
    /// <param name="item">The event.</param>
    public void PushEvent(TaskEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _events.Push(item);
    }

    /// <summary>Records a message that a handler sends.</summary>
    internal void BroadcastAs<T>(T message, string? task)
    {
        var sent = MessageOf(message, task);
        _broadcasts.Add(sent);
        _messages.Push(sent);
    }

    private static BroadcastMessage Message(byte[] json, string? task, DateTimeOffset at) => new() { Id = Guid.NewGuid(), SentAt = at, Task = task, Json = json };

    private BroadcastMessage MessageOf<T>(T message, string? task)
    {
        try
        {
            return Message(TaskJson.Write(message, typeof(T)), task, _time.GetUtcNow());
        }
        catch (Exception e) when (e is NotSupportedException or System.Text.Json.JsonException or InvalidOperationException or ArgumentException)
        {
            throw new TaskArgumentException(null, "message", $"The broadcast ({typeof(T)}) cannot be written as JSON: {e.Message} "
                + "Send a type that System.Text.Json can write.");
        }
    }

    private FakeDispatch FindRun(RunId run) => _runs.Find(run) ?? throw new RunNotFoundException(run);

    private TaskResult End(TaskResult result)
    {
        var (ended, isNew) = _runs.End(result);
        if (isNew)
        {
            _results.Push(ended);
        }

        return ended;
    }

    private void Check(string task)
    {
        TaskNames.Check(task);
        _answers.ThrowIfRefused(task);
    }
}
