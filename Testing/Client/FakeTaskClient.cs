using OrleansTasks.Client;
using OrleansTasks.Testing.Client;

namespace OrleansTasks.Testing;

/// <summary>
/// A task client without a cluster: it notes what it is asked for, answers what it was told to, and pushes results and broadcasts to subscribers. It runs no handlers and waits for no
/// schedules.
/// </summary>
/// <remarks>
/// Thread-safe. Lists are copies of the present state, in the order of the calls. A run that is waited for is answered by <see cref="Returns(string, object?)"/>, <see cref="Fails(string, Exception)"/> or
/// <see cref="Answers(string, Func{TaskArguments, object?})"/>, and without either the call throws <see cref="FakeTaskNotProgrammedException"/>. A run that is dispatched stays pending until somebody
/// waits for it, or until <see cref="Complete"/> or <see cref="Fail"/> ends it. Arguments, values and messages go through JSON, as they do with a cluster.
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

    /// <summary>Makes a client.</summary>
    /// <param name="time">The clock of due times and results; null, the default: the system's.</param>
    public FakeTaskClient(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _tasks = new FakeRegistry(_time);
    }

    /// <summary>Gets the calls that ran a task and waited for it.</summary>
    public IReadOnlyList<FakeRun> Runs => _runs.Runs;

    /// <summary>Gets the runs that were to be stored: dispatched, those of batches among them, triggered, and backfilled.</summary>
    public IReadOnlyList<FakeDispatch> Dispatched => _runs.Dispatched;

    /// <summary>Gets the registrations that were made.</summary>
    public IReadOnlyList<TaskRegistration> Scheduled => _scheduled.All;

    /// <summary>Gets the messages that were sent.</summary>
    public IReadOnlyList<BroadcastMessage> Broadcasts => _broadcasts.All;

    /// <summary>Gets the batches that were dispatched.</summary>
    public IReadOnlyList<FakeBatch> Batches => _batches.All;

    /// <summary>Gets what handles of tasks were asked to change.</summary>
    public IReadOnlyList<FakeTaskCall> Calls => _calls.All;

    /// <summary>Gets the names of the tasks that were cancelled.</summary>
    public IReadOnlyList<string> CancelledTasks => [.. _calls.All.Where(static c => c.Verb == FakeTaskVerb.Cancel).Select(static c => c.Task)];

    /// <summary>Gets the runs that were to be cancelled.</summary>
    public IReadOnlyList<RunId> CancelledRuns => _cancelledRuns.All;

    /// <summary>Gets whether the scheduler is started: true, until <see cref="StopAsync"/>. While it is not, awaited runs are refused.</summary>
    public bool IsStarted { get; private set; } = true;

    /// <summary>Gets the number of those who are subscribed to results at present.</summary>
    public int ResultSubscribers => _results.Count;

    /// <summary>Gets the number of those who are subscribed to broadcasts at present.</summary>
    public int BroadcastSubscribers => _messages.Count;

    /// <summary>Has every run of a task succeed with a value.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value; a <see cref="TaskResult"/> is the whole result; null: the task returns none.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Returns(string task, object? value = null) => Answers(task, (_, _) => Task.FromResult(value));

    /// <summary>Has every run of a task succeed with a value.</summary>
    /// <typeparam name="TArgument">The type of its argument.</typeparam>
    /// <typeparam name="TResult">The type of its value.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Returns<TArgument, TResult>(TaskName<TArgument, TResult> task, TResult value) => Returns(task.Name, value);

    /// <summary>Has every run of a task fail, as if its handler had thrown. To have the call itself throw, use <see cref="Throws"/>.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="exception">What the handler threw.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Fails(string task, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Answers(task, (_, _) => Task.FromResult<object?>(FakeResults.Failed(default, exception, RunTrigger.Request, _time.GetUtcNow(), _time.GetUtcNow())));
    }

    /// <summary>Has every run of a task fail with a message.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="error">The message.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Fails(string task, string error) => Fails(task, new InvalidOperationException(error));

    /// <summary>Has every call that names a task throw, such as a <see cref="TaskNotFoundException"/>: runs, dispatches, registrations and what its handle can do.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="exception">What they throw.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Throws(string task, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        _answers.Refuse(TaskNames.Check(task), exception);
        return this;
    }

    /// <summary>Has the value of each run of a task computed from its arguments.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">Gives the value, or a whole <see cref="TaskResult"/>. What it throws is the run's failure; a <see cref="TaskException"/> is thrown to the caller.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Answers(string task, Func<TaskArguments, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Answers(task, (arguments, _) => Task.FromResult(answer(arguments)));
    }

    /// <summary>Has the value of each run of a task computed from its arguments, in its own time: the caller waits meanwhile.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">Gives the value; the token is the caller's. Otherwise as in <see cref="Answers(string, Func{TaskArguments, object?})"/>.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Answers(string task, Func<TaskArguments, CancellationToken, Task<object?>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answers.Set(TaskNames.Check(task), answer);
        return this;
    }

    /// <summary>Has the value of each run of a task computed from its argument.</summary>
    /// <typeparam name="TArgument">The type of its argument.</typeparam>
    /// <typeparam name="TResult">The type of its value.</typeparam>
    /// <param name="task">The task's name.</param>
    /// <param name="answer">Gives the value.</param>
    /// <returns>This client.</returns>
    public FakeTaskClient Answers<TArgument, TResult>(TaskName<TArgument, TResult> task, Func<TArgument, TResult> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Answers(task.Name, arguments => answer(arguments.Get<TArgument>(0)!));
    }

    /// <summary>Ends a run that was dispatched, with a value: whoever waits for it gets it, and subscribers to results hear of it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="value">The value; null for none.</param>
    /// <returns>The result, with its number.</returns>
    /// <exception cref="RunNotFoundException">It was not dispatched here.</exception>
    public TaskResult Complete(RunId run, object? value = null)
    {
        var (dispatched, now) = (FindRun(run), _time.GetUtcNow());
        return End(FakeResults.Of(run, value, dispatched.Trigger, now, now));
    }

    /// <summary>Ends a run that was dispatched, as failed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="exception">What its handler threw.</param>
    /// <returns>The result, with its number.</returns>
    /// <exception cref="RunNotFoundException">It was not dispatched here.</exception>
    public TaskResult Fail(RunId run, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var (dispatched, now) = (FindRun(run), _time.GetUtcNow());
        return End(FakeResults.Failed(run, exception, dispatched.Trigger, now, now));
    }

    /// <summary>Pushes a result to those who are subscribed to the results of its task, or of all, and adds it to the task's history. One without a number gets the next one.</summary>
    /// <param name="result">The result.</param>
    /// <returns>The result, with its number.</returns>
    public TaskResult PushResult(TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return End(result);
    }

    /// <summary>Pushes the result of an occurrence of a task, with a value, to those who are subscribed.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="value">The value; null for none.</param>
    /// <returns>The result, with its number.</returns>
    public TaskResult PushResult(string task, object? value)
    {
        var now = _time.GetUtcNow();
        return End(FakeResults.Of(RunId.New(task, _time), value, RunTrigger.Schedule, now, now));
    }

    /// <summary>Pushes a message to those who are subscribed to broadcasts, as if a task or another client had sent it. It is not among <see cref="Broadcasts"/>.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="message">The message.</param>
    /// <param name="task">The task that sends it; null for none.</param>
    public void PushBroadcast<T>(T message, string? task = null) => _messages.Push(MessageOf(message, task));

    /// <summary>Pushes an event to those who are subscribed to events.</summary>
    /// <param name="item">The event.</param>
    public void PushEvent(TaskEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        _events.Push(item);
    }

    /// <summary>Notes a message that a handler sends.</summary>
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
            throw new TaskArgumentException(null, "message", $"The broadcast ({typeof(T)}) cannot be written as JSON: {e.Message}");
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
