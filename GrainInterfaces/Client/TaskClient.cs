using System.Runtime.CompilerServices;
using OrleansTasks.Client.Feeds;
using OrleansTasks.Client.Filters;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Client;

/// <summary>Implements <see cref="ITaskClient"/> for clients and silos.</summary>
internal sealed class TaskClient : ITaskClient, ITaskHandleClient, IRunLeaver, IGivenRuns
{
    private readonly IGrainFactory _factory;
    private readonly StreamFeeds _feeds;
    private readonly ClientSubscriptions _subscriptions;
    private readonly ClusterCalls _calls;
    private readonly RunCaller _runs;
    private readonly AnswerPages _pages;
    private readonly PartitionCaller _partitions;
    private readonly KeptRuns _kept;
    private readonly TimeProvider _time;
    private readonly IRunWaits? _waits;
    private readonly TaskRequests _requests;
    private readonly RunOperations _operations;
    private readonly RunMarks _marks;

    public TaskClient(IGrainFactory grains, StreamFeeds feeds, ClusterCalls calls, TimeProvider time, TaskClientOptions options,
        IRunWaits? waits = null, ClientFilters? filters = null)
    {
        _factory = grains;
        _feeds = feeds;
        _calls = calls;
        _time = time;
        _runs = new RunCaller(grains, calls, time, waits);
        _waits = waits;
        _requests = new TaskRequests(this, _runs, calls, () => Grains, time, filters ?? new ClientFilters());
        _operations = new RunOperations(_requests, (registration, ct) => RegisterAsync(registration, null, ct));
        _pages = new AnswerPages(calls, () => Grains);
        _partitions = new PartitionCaller(calls, () => Grains);
        _kept = new KeptRuns(calls, _partitions, () => Grains);
        _marks = new RunMarks(_kept, GetRunAsync, time);
        _subscriptions = new ClientSubscriptions(() => Grains, feeds, calls, time, options);
    }

    /// <summary>Gets the number of streams to which this process is subscribed.</summary>
    internal int OpenStreams => _feeds.Count;

    /// <summary>Gets what creates references to grains, which is not possible before Orleans is up.</summary>
    private IGrainFactory Grains
    {
        get
        {
            _calls.Link.ThrowIfNotUp();
            return _factory;
        }
    }

    public Task<TaskResult> RunAsync(string task, TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken ct = default) =>
        _requests.RunAsync(new RunId(task, NewRequest()), arguments, options, ct);

    Task<TaskResult?> IRunLeaver.RunOrLeaveAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave,
        CancellationToken ct) =>
        RunCaller.RunOrLeaveAsync(stop => _requests.RunAsync(run, arguments, options, stop), leave, ct);

    public async Task<TValue> RunAsync<TValue>(string task, TaskArguments? arguments = null, RunOptions? options = null,
        CancellationToken ct = default)
    {
        var result = await RunAsync(task, arguments, options, ct).ConfigureAwait(false);
        return result.GetValue<TValue>()!;
    }

    public Task<RunId> DispatchAsync(string task, TaskArguments? arguments = null, DispatchOptions? options = null,
        CancellationToken ct = default) =>
        _requests.DispatchAsync(task, arguments, options, ct);

    Task<RunId> IGivenRuns.DispatchAsync(GivenRun run, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct) =>
        _requests.DispatchAsync(run, arguments, options, ct);

    public Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct) =>
        _requests.TriggerAsync(task, options, ct);

    public Task<IReadOnlyList<RunId>> BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options,
        CancellationToken ct) =>
        _requests.BackfillAsync(task, from, to, options, ct);

    public Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default) => _runs.WaitAsync(run, ct);

    public Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default) =>
        ChangeTaskAsync(run.Task, (g, id, _) => g.CancelRunAsync(run, request: id), ct);

    public Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default) => CallTaskAsync(run.Task, g => g.GetRunAsync(run), ct);

    public IAsyncEnumerable<RunInfo> RunsAsync(RunQuery? query = null, CancellationToken ct = default) =>
        _kept.FindAsync(query ?? new RunQuery(), ct);

    public Task<IReadOnlyDictionary<string, long>> CountRunsAsync(RunQuery? query = null, RunCountBy by = RunCountBy.Status,
        CancellationToken ct = default) =>
        _kept.CountAsync(query ?? new RunQuery(), by, ct);

    public async Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default)
    {
        var retry = await _requests.RetryAsync(run, options ?? new RetryOptions(), ct).ConfigureAwait(false);
        await _marks.NoteRetryAsync(run, retry, ct).ConfigureAwait(false);
        return retry;
    }

    public Task<RunId> RetryAllAsync(RunSelection selection, RetryAllOptions? options = null, CancellationToken ct = default) =>
        ApplyAsync(RunAction.Retry, selection,
            new RunActionOptions { IdempotencyKey = options?.IdempotencyKey, Delay = options?.Delay }, ct);

    public Task<RunInfo> AcknowledgeAsync(RunId run, string? note = null, CancellationToken ct = default) =>
        _marks.MarkAsync(run, DeadLetterState.Acknowledged, note, ct);

    public Task<RunInfo> DiscardAsync(RunId run, string? note = null, CancellationToken ct = default) =>
        _marks.MarkAsync(run, DeadLetterState.Discarded, note, ct);

    public Task<RunId> ApplyAsync(RunAction action, RunSelection selection, RunActionOptions? options = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return _operations.ApplyAsync(action, selection, options ?? new RunActionOptions(), ct);
    }

    public async Task<TaskHandle> ScheduleAsync(TaskRegistration registration, CancellationToken ct = default)
    {
        var reply = await RegisterAsync(registration, null, ct).ConfigureAwait(false);
        return new TaskHandle(this, this, registration.Name, reply);
    }

    public Task<Guid> DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then = null, CancellationToken ct = default) =>
        _requests.DispatchBatchAsync(items, then, ct);

    public Task<BatchInfo?> GetBatchAsync(Guid batch, CancellationToken ct = default) =>
        _calls.CallAsync(() => Grains.Refer<IBatchGrain>(batch).DescribeAsync(), ct);

    public Task<BatchInfo?> WaitBatchAsync(Guid batch, CancellationToken ct = default) =>
        _waits.WaitAsync(null, stop => WaitBatchToEndAsync(batch, stop), ct, batch);

    public Task<bool> CancelBatchAsync(Guid batch, CancellationToken ct = default) =>
        _calls.CallAsync(() => Grains.Refer<IBatchGrain>(batch).CancelAsync(), ct);

    private async Task<BatchInfo?> WaitBatchToEndAsync(Guid batch, CancellationToken ct)
    {
        while (true)
        {
            var info = await _calls.CallAsync(() => Grains.Refer<IBatchGrain>(batch).WaitAsync(), ct).ConfigureAwait(false);
            if (info is not { FinishedAt: null })
            {
                return info;
            }
        }
    }

    public Task<RunGroupInfo> GetGroupAsync(string name, CancellationToken ct = default) =>
        CallGroupAsync(name, static g => g.DescribeAsync(), ct);

    public Task<RunGroupInfo> PutGroupAsync(string name, RunGroup limits, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var request = NewRequest();
        return CallGroupAsync(name, g => g.PutAsync(limits, request), ct);
    }

    private Task<RunGroupInfo> CallGroupAsync(string name, Func<IRunGroupGrain, Task<RunGroupInfo>> call, CancellationToken ct)
    {
        var grain = Grains.Refer<IRunGroupGrain>(TaskNames.Check(name));
        return _calls.CallAsync(() => call(grain), ct);
    }

    public TaskHandle GetTask(string name) => new(this, this, TaskNames.Check(name));

    public async IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery? query = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var partitions = await _partitions.CountAsync(ct).ConfigureAwait(false);
        var pages = TaskListing.ReadAsync(partitions, query ?? new TaskQuery(), (p, q) => _partitions.CallAsync(p, g => g.ListAsync(q), ct),
            ct);
        await foreach (var task in pages.ConfigureAwait(false))
        {
            yield return task;
        }
    }

    public async Task<long> CountAsync(TaskQuery? query = null, CancellationToken ct = default) =>
        (await _partitions.OnAllAsync(g => g.CountAsync(query ?? new TaskQuery()), ct).ConfigureAwait(false)).Sum();

    public async Task<TasksOverview> GetOverviewAsync(CancellationToken ct = default) =>
        TasksOverview.Of(await _partitions.OnAllAsync(static g => g.OverviewAsync(), ct).ConfigureAwait(false));

    public async Task<IReadOnlyList<HandlerInfo>> GetHandlersAsync(CancellationToken ct = default)
    {
        var page = await _partitions.CallAsync(0, static g => g.HandlersAsync(), ct).ConfigureAwait(false);
        var handlers = page.ToList();
        var grain = Grains.Refer<IPartitionPages>(0);
        while (AnswerPage.MayGoOn(page, AnswerPage.SizeOf) && !IsWhole(page))
        {
            var last = page[^1].Name;
            page = await _calls.CallAsync(() => grain.HandlersAfterAsync(last), ct).ConfigureAwait(false);
            handlers.AddRange(page);
        }

        return handlers;

        // A silo of an earlier version returns all of them, whatever their size.
        static bool IsWhole(IReadOnlyList<HandlerInfo> page) => AnswerPage.MayGoOn([.. page.SkipLast(1)], AnswerPage.SizeOf);
    }

    public async Task<SchedulerInfo> GetSchedulerAsync(CancellationToken ct = default)
    {
        var parts = await _partitions.OnAllAsync(static g => g.DescribeAsync(), ct).ConfigureAwait(false);
        return new SchedulerInfo
        {
            State = parts.All(p => p.Started) ? SchedulerState.Started : parts.Any(p => p.Started) ? SchedulerState.Mixed
                : SchedulerState.Stopped,
            Tasks = parts.Sum(p => (long)p.Tasks),
            PendingRuns = parts.Sum(p => (long)p.PendingRuns),
            NextDue = parts.Min(p => p.NextDue),
            Partitions = parts,
        };
    }

    public Task StartAsync(CancellationToken ct = default) =>
        _partitions.ChangeAllAsync(NewRequest(), static (g, request) => g.StartAsync(request), ct);

    public Task StopAsync(CancellationToken ct = default) =>
        _partitions.ChangeAllAsync(NewRequest(), static (g, request) => g.StopAsync(request), ct);

    public Task<IReadOnlyList<SiloOverview>> GetSilosAsync(CancellationToken ct = default) =>
        _calls.CallAsync(() => Grains.Refer<ISiloControlGrain>(0).ListAsync(), ct);

    public Task<SiloOverview> DrainAsync(string silo, CancellationToken ct = default) =>
        _calls.CallAsync(() => Grains.Refer<ISiloControlGrain>(0).DrainAsync(silo), ct);

    public Task<SiloOverview> ResumeAsync(string silo, CancellationToken ct = default) =>
        _calls.CallAsync(() => Grains.Refer<ISiloControlGrain>(0).ResumeAsync(silo), ct);

    public Task ClearAsync(CancellationToken ct = default) =>
        _partitions.ChangeAllAsync(NewRequest(), static (g, request) => g.ClearAsync(request), ct);

    public IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default) => _subscriptions.Results(task, ct);

    public Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(string? task = null, long? after = null,
        CancellationToken ct = default) => _subscriptions.SubscribeResultsAsync(task, after, ct);

    public Task BroadcastAsync<T>(T message, CancellationToken ct = default) => BroadcastAsync(message, null, ct);

    /// <summary>Sends a message on behalf of the task whose handler sends it.</summary>
    internal Task BroadcastAsync<T>(T message, string? task, CancellationToken ct) => _subscriptions.BroadcastAsync(message, task, ct);

    public IAsyncEnumerable<BroadcastMessage> Broadcasts(CancellationToken ct = default) => _subscriptions.Broadcasts(ct);

    public Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default) =>
        _subscriptions.SubscribeBroadcastsAsync(ct);

    public IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default) => _subscriptions.Events(task, ct);

    public Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default) =>
        _subscriptions.SubscribeEventsAsync(task, ct);

    public Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct)
    {
        var grain = Grains.Refer<ITaskGrain>(TaskNames.Check(task));
        return _calls.CallAsync(() => call(grain), ct);
    }

    public Task<IReadOnlyList<RunInfo>> ReadRunsAsync(string task, int limit, long? before, CancellationToken ct) =>
        _pages.RunsAsync(task, limit, before, ct);

    public Task<RunsPage> ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct) =>
        _pages.RunsPageAsync(task, limit, before, ct);

    public Task<ResultHistory> ReadHistoryAsync(string task, long after, int limit, CancellationToken ct) =>
        _pages.HistoryAsync(task, after, limit, ct);

    public Task<T> ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct)
    {
        var (request, repeated) = (NewRequest(), false);
        return CallTaskAsync(
            task,
            g =>
            {
                var again = repeated;
                repeated = true;
                return call(g, request, again);
            },
            ct);
    }

    public Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct) =>
        _partitions.CallOfAsync(task, call, ct);

    public async Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync(CancellationToken ct = default)
    {
        var page = await _partitions.CallAsync(0, static g => g.GetCalendarsAsync(), ct).ConfigureAwait(false);
        var calendars = page.ToDictionary(StringComparer.Ordinal);
        while (AnswerPage.MayGoOn(page, AnswerPage.SizeOf))
        {
            var last = page.Keys.Max(StringComparer.Ordinal)!;
            page = await _calls.CallAsync(() => Grains.Refer<IPartitionPages>(0).CalendarsAfterAsync(last), ct).ConfigureAwait(false);
            foreach (var (name, calendar) in page)
            {
                calendars[name] = calendar;
            }
        }

        return calendars;
    }

    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var request = NewRequest();
        return _partitions.CallAsync(0, g => g.PutCalendarAsync(name, calendar, request), ct);
    }

    public Task<bool> RemoveCalendarAsync(string name, CancellationToken ct = default)
    {
        var request = NewRequest();
        return _partitions.CallAsync(0, g => g.RemoveCalendarAsync(name, request), ct);
    }

    public async Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var task = await CallTaskAsync(name, static g => g.DescribeAsync(), ct).ConfigureAwait(false);
            var registration = change(new TaskRegistration
            {
                Name = name,
                Handler = task.Handler,
                Schedule = task.Schedule,
                Arguments = task.Arguments,
                Headers = task.Headers,
                Options = task.Options,
            });
            if (registration.Name != name)
            {
                throw new InvalidTaskException(name,
                    [$"A task's name cannot be changed (from '{name}' to '{registration.Name}'). Register another task."]);
            }

            try
            {
                return (await RegisterAsync(registration, task.Revision, ct).ConfigureAwait(false)).Task;
            }
            catch (TaskConflictException)
            {
                // Another client changed it meanwhile. The loop applies the change to the new state.
            }
        }
    }

    internal async Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(registration);
        // The schedule was checked when it was created. Its partition checks it again.
        if (registration.FaultsBesidesSchedule() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(registration.Name, faults);
        }

        var request = NewRequest();
        return await (TaskSpans.IsOn
            ? TaskSpans.SendAsync($"schedule {registration.Name}", registration.Name, "schedule", SendAsync)
            : SendAsync()).ConfigureAwait(false);

        Task<RegistrationReply> SendAsync() =>
            CallPartitionOfAsync(registration.Name, g => g.RegisterAsync(registration, expectedRevision, request, ct), ct);
    }

    /// <summary>Returns a new request id. It is the same each time a call is repeated, and differs from those of other calls.</summary>
    private Guid NewRequest() => RunId.NewValue(_time.GetUtcNow());
}
