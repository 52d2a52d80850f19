using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OrleansTasks.Client;
using OrleansTasks.Grains;
using OrleansTasks.Registry;

namespace OrleansTasks.Tests.Web;

/// <summary>
/// Represents a cluster in memory with tasks, runs, results and broadcasts, but without an engine. It can throw a given exception.
/// </summary>
/// <remarks>
/// It fakes the grains below the client, where the fake client of the test kit fakes the client itself: handles call the fakes of
/// <see cref="ITaskGrain"/> and <see cref="ISchedulerGrain"/>, unknown tasks are errors, and subscriptions can break.
/// </remarks>
internal sealed class FakeCluster : ITaskClient, ITaskHandleClient, IRunLeaver
{
    private readonly Lock _gate = new();
    private readonly FakePartition _partition;
    private readonly SortedDictionary<string, FakeTask> _tasks = new(StringComparer.Ordinal);
    private readonly FakeSubscriptions<TaskResult> _results;
    private readonly FakeSubscriptions<BroadcastMessage> _broadcasts;
    private readonly FakeSubscriptions<TaskEvent> _events;
    private readonly AwaitedStates _waits = new();

    public FakeCluster()
    {
        _partition = new FakePartition(this);
        (_results, _broadcasts, _events) = (new(_gate, _waits), new(_gate, _waits), new(_gate, _waits));
    }

    /// <summary>Sets the exception that every call throws. Null for none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Gets or sets what searches of kept runs throw; null for nothing.</summary>
    public Exception? KeptFailure { get; set; }

    public bool Started { get; private set; } = true;

    public IReadOnlyList<HandlerInfo> Handlers { get; set; } = [];

    public int ResultSubscribers => _results.Count;

    public int BroadcastSubscribers => _broadcasts.Count;

    public int EventSubscribers => _events.Count;

    /// <summary>Gets all broadcasts.</summary>
    public List<BroadcastMessage> Sent { get; } = [];

    public FakeKeptRuns Kept { get; } = new();

    public IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default) =>
        Kept.Find(query).ToList().ToAsyncEnumerable();

    public Task<IReadOnlyDictionary<string, long>> CountRunsAsync(RunQuery? query = null, RunCountBy by = RunCountBy.Status,
        CancellationToken ct = default)
    {
        ThrowIfTold();
        return KeptFailure is { } failure
            ? Task.FromException<IReadOnlyDictionary<string, long>>(failure)
            : Task.FromResult(Kept.Count(query, by));
    }

    public Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default) =>
        Task.FromResult(Kept.Retry(selection));

    public Task<RunInfo> AcknowledgeAsync(RunId run, string? note = null, CancellationToken ct = default) =>
        throw new NotSupportedException();

    public Task<RunInfo> DiscardAsync(RunId run, string? note = null, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<RunId> ApplyAsync(RunAction action, RunSelection selection, RunActionOptions? options = null,
        CancellationToken ct = default) =>
        Task.FromResult(Kept.Apply(action, selection, options));

    public FakeTask Add(string name, Func<TaskArguments, CancellationToken, Task<TaskResult>>? run = null, int history = 256)
    {
        lock (_gate)
        {
            return _tasks[name] = new FakeTask(this, name, run, history);
        }
    }

    public FakeTask Get(string name)
    {
        lock (_gate)
        {
            return _tasks.TryGetValue(name, out var task) ? task : throw new TaskNotFoundException(name);
        }
    }

    /// <summary>Returns a task that completes when the state holds.</summary>
    public Task Reaches(Func<FakeCluster, bool> state)
    {
        lock (_gate)
        {
            return _waits.Until(() => state(this));
        }
    }

    public void Publish(TaskResult result) => _results.Push(result, result.Task);

    public async Task<TaskResult?> RunOrLeaveAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave,
        CancellationToken ct)
    {
        try
        {
            return await RunAsync(run.Task, arguments, options, ct).WaitAsync(leave);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task<TaskResult> RunAsync(string task, TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken ct = default)
    {
        ThrowIfTold();
        return Get(TaskNames.Check(task)).RunAsync(arguments, options, ct);
    }

    public async Task<TValue> RunAsync<TValue>(string task, TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken ct = default) =>
        (await RunAsync(task, arguments, options, ct)).GetValue<TValue>()!;

    public Task<RunId> DispatchAsync(string task, TaskArguments? arguments = null, DispatchOptions? options = null,
        CancellationToken ct = default) =>
        CallTaskAsync(task, g => g.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Arguments = arguments, Options = options }),
            ct);

    public Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default) => CallTaskAsync(run.Task, g => g.CancelRunAsync(run), ct);

    public Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default) => CallTaskAsync(run.Task, g => g.GetRunAsync(run), ct);

    public Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default)
    {
        ThrowIfTold();
        if (registration.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(registration.Name, faults);
        }

        lock (_gate)
        {
            var known = _tasks.TryGetValue(registration.Name, out var old) && old.Info.State != TaskState.Cancelled;
            if (known && registration.CreateOnly)
            {
                throw new TaskConflictException(registration.Name, $"The task '{registration.Name}' exists already.");
            }

            var task = Add(registration.Name);
            task.Take(registration, (old?.Info.Revision ?? 0) + 1);
            return Task.FromResult(new TaskHandle(this, this, registration.Name, new RegistrationReply(task.Info, !known)));
        }
    }

    public TaskHandle GetTask(string name) => new(this, this, TaskNames.Check(name));

    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ThrowIfTold();
        await Task.Yield();
        query ??= new TaskQuery();
        foreach (var task in _tasks.Values.Select(t => t.Info).Where(query.Matches).OrderBy(t => TaskRank.Of(t, query.Order))
            .Take(query.Limit ?? int.MaxValue).ToList())
        {
            yield return task;
        }
    }

    public Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(_tasks.Values.LongCount(t => query is null || (query with { After = null }).Matches(t.Info)));
    }

    public Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default)
    {
        ThrowIfTold();
        var tasks = _tasks.Values.Select(t => t.Info).ToList();
        return Task.FromResult(new TasksOverview
        {
            Active = tasks.Count(t => t.State == TaskState.Active),
            Paused = tasks.Count(t => t.State == TaskState.Paused),
            WithoutHandler = tasks.Count(t => !t.HandlerAvailable),
            LastPaused = [.. tasks.Where(t => t.State == TaskState.Paused)],
            FirstWithoutHandler = [.. tasks.Where(t => !t.HandlerAvailable)],
            NextDue = [.. tasks.Where(t => t.NextDue is not null).OrderBy(t => t.NextDue)],
            Silos = [new SiloOverview("S127.0.0.1:11111:1", 1, 0, 16)],
        });
    }

    public Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(Handlers);
    }

    public Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(
            new SchedulerInfo { State = Started ? SchedulerState.Started : SchedulerState.Stopped, Tasks = _tasks.Count });
    }

    public FakeSilos Silos { get; } = new();

    public Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(Silos.All);
    }

    public Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default) => Task.FromResult(Silos.Set(silo, isDrained: true));

    public Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default) =>
        Task.FromResult(Silos.Set(silo, isDrained: false));

    public Task StartAsync(CancellationToken ct = default)
    {
        Started = true;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken ct = default)
    {
        Started = false;
        return Task.CompletedTask;
    }

    public Task ClearAsync(CancellationToken ct = default) => throw new NotSupportedException();

    public IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task = null, long? after = null,
        CancellationToken ct = default)
    {
        ThrowIfTold();
        lock (_gate)
        {
            var earlier = task is null ? [] : Get(task).After(after ?? long.MaxValue);
            return Task.FromResult(_results.Subscribe(task, earlier));
        }
    }

    public Task BroadcastAsync<T>(T message, CancellationToken ct = default)
    {
        ThrowIfTold();
        var broadcast = new BroadcastMessage { Id = Guid.NewGuid(), SentAt = FakeTask.Epoch, Json = TaskJson.Write(message) };
        lock (_gate)
        {
            Sent.Add(broadcast);
            _broadcasts.Push(broadcast, null);
        }

        return Task.CompletedTask;
    }

    public IAsyncEnumerable<BroadcastMessage> Broadcasts(CancellationToken ct = default) => throw new NotSupportedException();

    public Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(_broadcasts.Subscribe(null, []));
    }

    public IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(_events.Subscribe(task, []));
    }

    public Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default)
    {
        ThrowIfTold();
        var batch = new BatchInfo { Id = Guid.NewGuid(), Total = items.Count, CreatedAt = FakeTask.Epoch };
        Batches[batch.Id] = (batch, items, then);
        return Task.FromResult(batch.Id);
    }

    /// <summary>Gets the requested batches.</summary>
    public ConcurrentDictionary<Guid, (BatchInfo Info, IReadOnlyList<BatchItem> Items, Continuation? Then)> Batches { get; } = new();

    public Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default) =>
        Task.FromResult(Batches.TryGetValue(batch, out var known) ? known.Info : null);

    public Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default) => throw new NotSupportedException();

    public Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default)
    {
        ThrowIfTold();
        if (!Batches.TryGetValue(batch, out var known) || known.Info is { FinishedAt: not null, CancelledAt: null })
        {
            return Task.FromResult(false);
        }

        Batches[batch] = known with
        {
            Info = known.Info with { CancelledAt = known.Info.CancelledAt ?? FakeTask.Epoch, CancelledBy = TaskActor.Current }
        };
        return Task.FromResult(true);
    }

    public Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default)
    {
        ThrowIfTold();
        return Task.FromResult(
            new RunGroupInfo { Name = TaskNames.Check(name), Limits = Groups.TryGetValue(name, out var limits) ? limits : new RunGroup() });
    }

    public Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default)
    {
        Groups[TaskNames.Check(name)] = limits;
        return GetGroupAsync(name, ct);
    }

    /// <summary>Gets the groups that were set.</summary>
    public ConcurrentDictionary<string, RunGroup> Groups { get; } = new();

    /// <summary>Publishes an event.</summary>
    public void Tell(TaskEvent item) => _events.Push(item, item.Task);

    public async Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct)
    {
        ThrowIfTold();
        return await call(Get(TaskNames.Check(task)));
    }

    public Task<IReadOnlyList<RunInfo>> ReadRunsAsync(string task, int limit, long? before, CancellationToken ct) =>
        CallTaskAsync(task, g => g.RunsAsync(limit, before), ct);

    public async Task<RunsPage> ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct)
    {
        var (runs, answer) = (await ReadRunsAsync(task, limit, before, ct), new RunsAnswer(AnswerPage.MaxBytes));
        answer.Add(runs);
        return new RunsPage { Runs = answer.Runs, HasMore = answer.IsFull || runs.Count >= limit };
    }

    public Task<ResultHistory> ReadHistoryAsync(string task, long after, int limit, CancellationToken ct) =>
        CallTaskAsync(task, g => g.HistoryAsync(after, limit), ct);

    public Task<T> ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) =>
        CallTaskAsync(task, g => call(g, Guid.NewGuid(), false), ct);

    public Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct) =>
        ChangeTaskAsync(task, (g, id, repeated) => g.TriggerAsync(id, repeated, options), ct);

    public Task<IReadOnlyList<RunId>> BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options,
        CancellationToken ct) =>
        ChangeTaskAsync(task,
            (g, id, _) => g.BackfillAsync(new BackfillRequest { Id = id, From = from, To = to, Headers = options?.Headers }), ct);

    public async Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct)
    {
        ThrowIfTold();
        TaskNames.Check(task);
        return await call(_partition);
    }

    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default) =>
        CallPartitionOfAsync("any", g => g.GetCalendarsAsync(), ct);

    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default) =>
        CallPartitionOfAsync("any", g => g.PutCalendarAsync(name, calendar), ct);

    public Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default) =>
        CallPartitionOfAsync("any", g => g.RemoveCalendarAsync(name), ct);

    public Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>Ends every subscription with an error.</summary>
    public void BreakSubscriptions(Exception error)
    {
        lock (_gate)
        {
            _results.Break(error);
            _broadcasts.Break(error);
            _events.Break(error);
        }
    }

    private void ThrowIfTold()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }
    }
}
