using System.Globalization;
using System.Text.Json;
using OrleansTasks.Registry;
using OrleansTasks.Testing.Client;
using OrleansTasks.Values;

namespace OrleansTasks.Testing;

// Contains the calls of ITaskClient.
public sealed partial class FakeTaskClient
{
    private readonly Dictionary<string, RunGroup> _groups = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    /// <exception cref="FakeTaskNotProgrammedException">The task has no programmed answer.</exception>
    public Task<TaskResult> RunAsync(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default)
    {
        TaskNames.Check(task);
        return RunAsync(RunId.New(task, _time), arguments, options, ct);
    }

    /// <inheritdoc/>
    public async Task<TValue> RunAsync<TValue>(string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default) =>
        (await RunAsync(task, arguments, options, ct).ConfigureAwait(false)).GetValue<TValue>()!;

    /// <inheritdoc/>
    public Task<RunId> DispatchAsync(string task, TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        Check(task);
        ThrowIfWrong(task, options?.Faults());
        return Task.FromResult(_runs.Add(DispatchOf(task, arguments, options, null)));
    }

    /// <inheritdoc/>
    public Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        ct.ThrowIfCancellationRequested();
        if (items.Count == 0)
        {
            throw new InvalidTaskException(null, ["The batch has no runs. Add at least one."]);
        }

        foreach (var item in items)
        {
            Check(item.Task);
            ThrowIfWrong(item.Task, item.Options?.Faults());
        }

        var id = Guid.CreateVersion7(_time.GetUtcNow());
        _batches.Add(new FakeBatch(id, [.. items], [.. items.Select(i => _runs.Add(DispatchOf(i.Task, i.Arguments, i.Options, id)))], then));
        return Task.FromResult(id);
    }

    /// <inheritdoc/>
    public Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default) => Task.FromResult(BatchOf(batch));

    /// <inheritdoc/>
    public async Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default)
    {
        foreach (var run in _batches.All.FirstOrDefault(b => b.Id == batch)?.Runs ?? [])
        {
            await WaitAsync(run, ct).ConfigureAwait(false);
        }

        return BatchOf(batch);
    }

    /// <inheritdoc/>
    public Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default)
    {
        var pending = (_batches.All.FirstOrDefault(b => b.Id == batch)?.Runs ?? []).Where(r => _runs.ResultOf(r) is null).ToList();
        pending.ForEach(r => CancelRun(r));
        return Task.FromResult(pending.Count > 0);
    }

    /// <inheritdoc/>
    public Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default)
    {
        lock (_gate)
        {
            return Task.FromResult(new RunGroupInfo { Name = TaskNames.Check(name), Limits = _groups.GetValueOrDefault(name) ?? new RunGroup() });
        }
    }

    /// <inheritdoc/>
    public Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        lock (_gate)
        {
            _groups[TaskNames.Check(name)] = limits;
        }

        return GetGroupAsync(name, ct);
    }

    /// <inheritdoc/>
    /// <remarks>A pending run is answered now, as an awaited run would be.</remarks>
    /// <exception cref="FakeTaskNotProgrammedException">The run is pending, and its task has no programmed answer.</exception>
    public async Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default)
    {
        if (_runs.ResultOf(run) is { } known)
        {
            return known;
        }

        var dispatched = FindRun(run);
        return End(await _answers.AnswerAsync(run, dispatched.Arguments, dispatched.Trigger, _time, ct).ConfigureAwait(false) with { Trigger = dispatched.Trigger, ScheduledAt = dispatched.DueAt });
    }

    /// <inheritdoc/>
    public Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default) => Task.FromResult(CancelRun(run));

    /// <inheritdoc/>
    public Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default) => Task.FromResult(_runs.InfoOf(run));

    /// <inheritdoc/>
    public IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default) => FakeRunSearch.Find(_runs.Ended, query ?? new RunQuery(), _tasks.Get).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountRunsAsync(RunQuery? query = null, RunCountBy by = RunCountBy.Status, CancellationToken ct = default)
    {
        var found = FakeRunSearch.Find(_runs.Ended, (query ?? new RunQuery()) with { Limit = null, After = null }, _tasks.Get);
        var counts = found.CountBy(r => by switch
        {
            RunCountBy.Task => r.Task,
            RunCountBy.Hour => r.FinishedAt!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH':00:00Z'", CultureInfo.InvariantCulture),
            _ => JsonNamingPolicy.CamelCase.ConvertName(r.Status.ToString()),
        });
        return Task.FromResult<IReadOnlyDictionary<string, long>>(new SortedDictionary<string, long>(counts.ToDictionary(static c => c.Key, static c => (long)c.Value), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default)
    {
        var old = _runs.InfoOf(run) ?? throw new RunNotFoundException(run);
        return old.Result is null
            ? throw new TaskConflictException(run.Task, $"{run} has not ended: it is {old.Status}. End it first, with fake.Complete.")
            : DispatchAsync(run.Task, options?.Arguments ?? old.Arguments, new DispatchOptions { RetryOf = run, IdempotencyKey = options?.IdempotencyKey, Delay = options?.Delay }, ct);
    }

    /// <inheritdoc/>
    /// <remarks>The runs are dispatched now. The returned run has ended, and its value is the report.</remarks>
    public async Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        if (selection.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException("runs", faults);
        }

        var report = new RunOperationReport();
        var found = selection.Query is { } query ? FakeRunSearch.Find(_runs.Ended, query, _tasks.Get).Where(r => query.Statuses.Count > 0 || r.Status != RunStatus.Succeeded).Select(static r => r.RunId) : selection.Runs;
        foreach (var run in found.ToList())
        {
            try
            {
                await RetryAsync(run, new RetryOptions { Delay = options?.Delay }, ct).ConfigureAwait(false);
                report = report with { Done = report.Done + 1 };
            }
            catch (TaskException e)
            {
                report = report with { Refused = report.Refused + 1, Reasons = [.. report.Reasons, new RefusedRun(run, e.Message)] };
            }
        }

        var (operation, now) = (RunId.New(SystemTasks.RetryRuns, _time), _time.GetUtcNow());
        return End(FakeResults.Of(operation, report, RunTrigger.Dispatch, now, now)).RunId;
    }

    /// <inheritdoc/>
    public Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(registration);
        ct.ThrowIfCancellationRequested();
        ThrowIfWrong(registration.Name, registration.Faults());
        Check(registration.Name);
        var reply = _tasks.Register(registration);
        _scheduled.Add(registration);
        return Task.FromResult(new TaskHandle(this, registration.Name, reply));
    }

    /// <inheritdoc/>
    public TaskHandle GetTask(string name) => new(this, TaskNames.Check(name));

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, CancellationToken ct = default) => Find(query, limited: true).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default) => Task.FromResult((long)Find(query is null ? null : query with { After = null }, limited: false).Count());

    /// <inheritdoc/>
    public Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default)
    {
        var all = _tasks.All;
        return Task.FromResult(new TasksOverview
        {
            Active = all.Count(static t => t.State == TaskState.Active),
            Paused = all.Count(static t => t.State == TaskState.Paused),
            Cancelled = all.Count(static t => t.State == TaskState.Cancelled),
            Scheduled = all.Count(static t => t.Schedule is not null),
            NextDue = [.. all.Where(static t => t.NextDue is not null).OrderBy(static t => t.NextDue).Take(TasksOverview.Listed)],
        });
    }

    /// <inheritdoc/>
    /// <remarks>Returns the names of the handlers of all tasks that this client knows, without their parameters.</remarks>
    public Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default) =>
        Task.FromResult<IReadOnlyList<HandlerInfo>>([.. _tasks.All.Select(static t => t.Handler).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(static h => new HandlerInfo { Name = h, TakesAny = true })]);

    /// <inheritdoc/>
    public Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default) => Task.FromResult(new SchedulerInfo
    {
        State = IsStarted ? SchedulerState.Started : SchedulerState.Stopped,
        Tasks = _tasks.All.Count,
        PendingRuns = Dispatched.Count(d => _runs.ResultOf(d.RunId) is null),
        NextDue = _tasks.All.Min(static t => t.NextDue),
    });

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken ct = default)
    {
        IsStarted = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken ct = default)
    {
        IsStarted = false;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken ct = default)
    {
        foreach (var run in Dispatched.Where(d => _runs.ResultOf(d.RunId) is null))
        {
            CancelRun(run.RunId);
        }

        _tasks.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default) => Task.FromResult<IReadOnlyList<SiloOverview>>([]);

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default) => throw new SiloNotFoundException(silo, []);

    /// <inheritdoc/>
    /// <remarks>A fake client has no silos.</remarks>
    public Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default) => throw new SiloNotFoundException(silo, []);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyDictionary<string, BusinessCalendar>>(new Dictionary<string, BusinessCalendar>(_tasks.Calendars, StringComparer.Ordinal));
        }
    }

    /// <inheritdoc/>
    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        lock (_gate)
        {
            var isNew = !_tasks.Calendars.ContainsKey(TaskNames.Check(name));
            _tasks.Calendars[name] = calendar;
            return Task.FromResult(isNew);
        }
    }

    /// <inheritdoc/>
    public Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default)
    {
        lock (_gate)
        {
            return Task.FromResult(_tasks.Calendars.Remove(name));
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default) => _results.ReadAsync(r => task is null || r.Task == task, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default) => _events.ReadAsync(e => task is null || e.Task == task, ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default) => Task.FromResult(_events.Subscribe(e => task is null || e.Task == task));

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task = null, long? after = null, CancellationToken ct = default)
    {
        if (after is not null && task is null)
        {
            throw new ArgumentException($"The sequence number {after} is given without a task, but each task numbers its own results. "
                + "Name the task, or omit the number.", nameof(after));
        }

        return Task.FromResult(_results.Subscribe(r => task is null || r.Task == task, after is { } number ? _runs.HistoryOf(task!).Where(r => r.Sequence > number) : null));
    }

    /// <inheritdoc/>
    public Task BroadcastAsync<T>(T message, CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        BroadcastAs(message, null);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    IAsyncEnumerable<BroadcastMessage> ITaskClient.Broadcasts(CancellationToken ct) => _messages.ReadAsync(static _ => true, ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default) => Task.FromResult(_messages.Subscribe(static _ => true));

    private async Task<TaskResult> RunAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken ct)
    {
        Check(run.Task);
        ThrowIfWrong(run.Task, options?.Faults());
        var given = arguments ?? _tasks.Get(run.Task).Arguments ?? TaskArguments.None;
        _runs.Add(new FakeRun(run, run.Task, given, options));
        if (!IsStarted)
        {
            throw new SchedulerStoppedException(run.Task);
        }

        return End(await _answers.AnswerAsync(run, given, RunTrigger.Request, _time, ct).ConfigureAwait(false));
    }

    private FakeDispatch DispatchOf(string task, TaskArguments? arguments, DispatchOptions? options, Guid? batch, RunTrigger trigger = RunTrigger.Dispatch, DateTimeOffset? due = null)
    {
        var now = _time.GetUtcNow();
        return new FakeDispatch(RunId.New(task, _time), task, arguments ?? _tasks.Get(task).Arguments ?? TaskArguments.None, options, due ?? options?.At ?? now + (options?.Delay ?? TimeSpan.Zero))
        {
            Batch = batch,
            Trigger = trigger,
        };
    }

    private bool CancelRun(RunId run)
    {
        _cancelledRuns.Add(run);
        var isPending = _runs.Find(run) is not null && _runs.ResultOf(run) is null;
        if (isPending)
        {
            End(FakeResults.Cancelled(run, FindRun(run).Trigger, _time.GetUtcNow()));
        }

        return isPending;
    }

    private BatchInfo? BatchOf(Guid batch)
    {
        if (_batches.All.FirstOrDefault(b => b.Id == batch) is not { } known)
        {
            return null;
        }

        var results = known.Runs.Select(_runs.ResultOf).OfType<TaskResult>().ToList();
        return new BatchInfo
        {
            Id = batch,
            Total = known.Runs.Count,
            Succeeded = results.Count(static r => r.Successful),
            Cancelled = results.Count(static r => r.Status == RunStatus.Cancelled),
            Failed = results.Count(static r => r is { Successful: false, Status: not RunStatus.Cancelled }),
            FinishedAt = results.Count == known.Runs.Count ? results.Max(static r => r.FinishedAt) : null,
        };
    }

    private IEnumerable<TaskInfo> Find(TaskQuery? query, bool limited)
    {
        var found = _tasks.All.Where(t => query?.Matches(t) ?? true).OrderBy(t => TaskRank.Of(t, query?.Order ?? TaskOrder.Name));
        return limited && query?.Limit is { } limit ? found.Take(limit) : found;
    }

    private static void ThrowIfWrong(string task, IReadOnlyList<string>? faults)
    {
        if (faults is { Count: > 0 })
        {
            throw new InvalidTaskException(task, faults);
        }
    }
}
