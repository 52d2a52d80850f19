using System.Runtime.CompilerServices;
using OrleansTasks.Client.Http;

namespace OrleansTasks;

/// <summary>
/// Represents a task client that calls the HTTP API (<c>MapTasksApi</c>) of a silo or a web server, instead of being a client of the
/// cluster. It needs no reflection, so that programs which use it can be trimmed and compiled natively.
/// </summary>
/// <remarks>
/// <para>
/// It runs, dispatches, waits for, cancels and retries runs, follows results, events and broadcasts, sends broadcasts, and starts and stops
/// the scheduler. The other members of <see cref="ITaskClient"/> and of its handles throw <see cref="NotSupportedException"/>; the HTTP API
/// has them.
/// </para>
/// <para>
/// No request is repeated. If the connection breaks, <see cref="ClusterUnreachableException"/> says so, and it is unknown whether the
/// request took effect; <see cref="DispatchOptions.IdempotencyKey"/> makes a dispatch safe to repeat. Waits for a run and subscriptions
/// continue after a break. Thread-safe.
/// </para>
/// </remarks>
/// <example><code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:5080/api/"), Timeout = Timeout.InfiniteTimeSpan };
/// ITaskClient tasks = new HttpTaskClient(http);
/// Console.WriteLine(await tasks.RunAsync&lt;long&gt;("fibonacci", [13]));
/// </code></example>
public sealed class HttpTaskClient : ITaskClient
{
    private readonly ApiCalls _api;
    private readonly RunCalls _runs;
    private readonly EventFeed _events;
    private readonly HttpHandles _handles;

    /// <summary>Initializes a new instance of the <see cref="HttpTaskClient"/> class.</summary>
    /// <param name="http">
    /// Sends the requests. Its base address is the path of the API, such as <c>http://127.0.0.1:5080/api/</c>, and its headers carry what
    /// the server asks for, such as a token. Its timeout also ends waits for long runs; <see cref="Timeout.InfiniteTimeSpan"/> is
    /// recommended.
    /// </param>
    /// <param name="time">The clock for pauses between attempts. Default: null, which uses the system's clock.</param>
    /// <exception cref="ArgumentException">The HTTP client has no base address.</exception>
    public HttpTaskClient(HttpClient http, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("The HTTP client has no base address; set it to the path of the API.", nameof(http));
        }

        time ??= TimeProvider.System;
        _api = new ApiCalls(http);
        _runs = new RunCalls(_api, time);
        _events = new EventFeed(_api, time);
        _handles = new HttpHandles(_runs);
    }

    /// <inheritdoc/>
    public Task<TaskResult> RunAsync(
        string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default) =>
        _runs.RunAsync(TaskNames.Check(task), arguments, options, ct);

    /// <inheritdoc/>
    public async Task<TValue> RunAsync<TValue>(
        string task, TaskArguments? arguments = null, RunOptions? options = null, CancellationToken ct = default) =>
        (await RunAsync(task, arguments, options, ct).ConfigureAwait(false)).GetValue<TValue>()!;

    /// <inheritdoc/>
    public Task<RunId> DispatchAsync(
        string task, TaskArguments? arguments = null, DispatchOptions? options = null, CancellationToken ct = default) =>
        _runs.DispatchAsync(TaskNames.Check(task), arguments, options, ct);

    /// <inheritdoc/>
    /// <remarks>Asks for the run repeatedly, at most every 20 ms and at least once a second.</remarks>
    public Task<TaskResult> WaitAsync(RunId run, CancellationToken ct = default) => _runs.WaitAsync(run, ct);

    /// <inheritdoc/>
    public Task<bool> CancelRunAsync(RunId run, CancellationToken ct = default) => _runs.CancelAsync(run, ct);

    /// <inheritdoc/>
    public Task<RunInfo?> GetRunAsync(RunId run, CancellationToken ct = default) => _runs.GetAsync(run, ct);

    /// <inheritdoc/>
    public Task<RunId> RetryAsync(RunId run, RetryOptions? options = null, CancellationToken ct = default) =>
        _runs.RetryAsync(run, options, ct);

    /// <inheritdoc/>
    /// <remarks>The handle runs, dispatches and triggers the task, and follows its results and events.</remarks>
    public TaskHandle GetTask(string name) => new(this, _handles, TaskNames.Check(name));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken ct = default) => _api.SendAsync(HttpMethod.Post, "scheduler/start", null, ct);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken ct = default) => _api.SendAsync(HttpMethod.Post, "scheduler/stop", null, ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskResult> Results(string? task = null, CancellationToken ct = default) =>
        ReadAsync(stop => SubscribeResultsAsync(task, null, stop), ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskResult>> SubscribeResultsAsync(
        string? task = null, long? after = null, CancellationToken ct = default) =>
        after is not null && task is null
            ? throw new ArgumentException(
                $"The sequence number {after} is given without a task, but each task numbers its own results. "
                    + "Name the task, or omit the number.",
                nameof(after))
            : _events.SubscribeAsync(Path(task, "results"), after, item => EventItems.ResultOf(item, task), ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<TaskEvent> Events(string? task = null, CancellationToken ct = default) =>
        ReadAsync(stop => SubscribeEventsAsync(task, stop), ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<TaskEvent>> SubscribeEventsAsync(string? task = null, CancellationToken ct = default) =>
        _events.SubscribeAsync(Path(task, "events"), null, EventItems.EventOf, ct);

    /// <inheritdoc/>
    public Task BroadcastAsync<T>(T message, CancellationToken ct = default) =>
        _api.SendAsync(HttpMethod.Post, "broadcasts", Bodies.Of(TaskJson.Write(message, typeof(T))), ct);

    /// <inheritdoc/>
    public IAsyncEnumerable<BroadcastMessage> Broadcasts(CancellationToken ct = default) => ReadAsync(SubscribeBroadcastsAsync, ct);

    /// <inheritdoc/>
    public Task<ITaskSubscription<BroadcastMessage>> SubscribeBroadcastsAsync(CancellationToken ct = default) =>
        _events.SubscribeAsync("broadcasts", null, EventItems.BroadcastOf, ct);

    Task<Guid> ITaskClient.DispatchBatchAsync(IReadOnlyList<BatchItem> items, Continuation? then, CancellationToken ct) =>
        throw NotServed.Of();

    Task<BatchInfo?> ITaskClient.GetBatchAsync(Guid batch, CancellationToken ct) => throw NotServed.Of();

    Task<BatchInfo?> ITaskClient.WaitBatchAsync(Guid batch, CancellationToken ct) => throw NotServed.Of();

    Task<bool> ITaskClient.CancelBatchAsync(Guid batch, CancellationToken ct) => throw NotServed.Of();

    Task<RunGroupInfo> ITaskClient.GetGroupAsync(string name, CancellationToken ct) => throw NotServed.Of();

    Task<RunGroupInfo> ITaskClient.PutGroupAsync(string name, RunGroup limits, CancellationToken ct) => throw NotServed.Of();

    IAsyncEnumerable<RunInfo> ITaskClient.RunsAsync(RunQuery? query, CancellationToken ct) => throw NotServed.Of();

    Task<IReadOnlyDictionary<string, long>> ITaskClient.CountRunsAsync(RunQuery? query, RunCountBy by, CancellationToken ct) =>
        throw NotServed.Of();

    Task<RunId> ITaskClient.RetryAllAsync(RunSelection selection, RetryAllOptions? options, CancellationToken ct) => throw NotServed.Of();

    Task<RunInfo> ITaskClient.AcknowledgeAsync(RunId run, string? note, CancellationToken ct) => throw NotServed.Of();

    Task<RunInfo> ITaskClient.DiscardAsync(RunId run, string? note, CancellationToken ct) => throw NotServed.Of();

    Task<RunId> ITaskClient.ApplyAsync(RunAction action, RunSelection selection, RunActionOptions? options, CancellationToken ct) =>
        throw NotServed.Of();

    Task<TaskHandle> ITaskClient.ScheduleAsync(TaskRegistration registration, CancellationToken ct) => throw NotServed.Of();

    IAsyncEnumerable<TaskInfo> ITaskClient.ListAsync(TaskQuery? query, CancellationToken ct) => throw NotServed.Of();

    Task<long> ITaskClient.CountAsync(TaskQuery? query, CancellationToken ct) => throw NotServed.Of();

    Task<TasksOverview> ITaskClient.GetOverviewAsync(CancellationToken ct) => throw NotServed.Of();

    Task<IReadOnlyList<HandlerInfo>> ITaskClient.GetHandlersAsync(CancellationToken ct) => throw NotServed.Of();

    Task<SchedulerInfo> ITaskClient.GetSchedulerAsync(CancellationToken ct) => throw NotServed.Of();

    Task ITaskClient.ClearAsync(CancellationToken ct) => throw NotServed.Of();

    Task<IReadOnlyList<SiloOverview>> ITaskClient.GetSilosAsync(CancellationToken ct) => throw NotServed.Of();

    Task<SiloOverview> ITaskClient.DrainAsync(string silo, CancellationToken ct) => throw NotServed.Of();

    Task<SiloOverview> ITaskClient.ResumeAsync(string silo, CancellationToken ct) => throw NotServed.Of();

    Task<IReadOnlyDictionary<string, BusinessCalendar>> ITaskClient.GetCalendarsAsync(CancellationToken ct) => throw NotServed.Of();

    Task<bool> ITaskClient.PutCalendarAsync(string name, BusinessCalendar calendar, CancellationToken ct) => throw NotServed.Of();

    Task<bool> ITaskClient.RemoveCalendarAsync(string name, CancellationToken ct) => throw NotServed.Of();

    private static string Path(string? task, string kind) =>
        task is null ? kind : $"tasks/{Uri.EscapeDataString(TaskNames.Check(task))}/{kind}";

    private static async IAsyncEnumerable<T> ReadAsync<T>(
        Func<CancellationToken, Task<ITaskSubscription<T>>> subscribe, [EnumeratorCancellation] CancellationToken ct)
    {
        var subscription = await subscribe(ct).ConfigureAwait(false);
        try
        {
            await foreach (var item in subscription.WithCancellation(ct).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }
    }
}
