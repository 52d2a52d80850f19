using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Ui;

/// <summary>
/// Provides data for all open pages of this program: one subscription each to results, events and broadcasts, and the cluster's state,
/// which it reads every two seconds. It starts with the first page, and stops a minute after the last page is closed.
/// </summary>
internal sealed partial class DashboardFeed(ITaskClient client, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<DashboardFeed> log)
{
    private const int LongestBroadcast = 16 << 10;
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecentPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan NoticePeriod = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private readonly List<Action> _listeners = [];
    private CancellationTokenSource? _stop;
    private ITimer? _linger;

    public Ring<SeenResult> Results { get; private set; } = new(2000);

    public Ring<SeenBroadcast> Broadcasts { get; private set; } = new(500);

    public Ring<SeenEvent> Events { get; private set; } = new(1000);

    public ResultSeries Series { get; private set; } = new();

    /// <summary>
    /// Gets the tasks whose occurrences were missed within a day, as far as this server has watched. Closing all pages does not reset them.
    /// </summary>
    public MissedTasks Missed { get; } = new(1000);

    /// <summary>Gets what the index of runs said last; null until it has been read.</summary>
    public RecentRuns? Recent { get; private set; }

    public ClusterState State { get; private set; } = new(null, null, null, null, time.GetUtcNow());

    /// <summary>Adds a listener. The feed calls it about twice a second, on any thread.</summary>
    public IDisposable Join(Action onChange)
    {
        lock (_gate)
        {
            _linger?.Dispose();
            _linger = null;
            _listeners.Add(onChange);
            if (_stop is null)
            {
                Start();
            }

            return new Looking(this, onChange);
        }
    }

    /// <summary>Reads the cluster's state now, without waiting for the next poll.</summary>
    public Task RefreshAsync() => PollOnceAsync(lifetime.ApplicationStopping);

    private void Start()
    {
        (Results, Broadcasts, Events, Series) = (new(2000), new(500), new(1000), new());

        // What the cluster said last remains, with its time, so that a page that is opened in an outage shows it.
        State = State with { Since = time.GetUtcNow() };
        _stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        var ct = _stop.Token;
        _ = Task.WhenAll(
            FollowAsync(token => client.SubscribeResultsAsync(ct: token), TakeResult, ct),
            FollowAsync(client.SubscribeBroadcastsAsync, TakeBroadcast, ct),
            FollowAsync(token => client.SubscribeEventsAsync(ct: token), TakeEvent, ct),
            RepeatAsync(PollPeriod, PollOnceAsync, ct),
            RepeatAsync(RecentPeriod, ReadRecentAsync, ct),
            RepeatAsync(NoticePeriod, NoticeAsync, ct));
    }

    private void Leave(Action onChange)
    {
        lock (_gate)
        {
            if (_listeners.Remove(onChange) && _listeners.Count == 0)
            {
                _linger = time.CreateTimer(_ => StopIfIdle(), null, Linger, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void StopIfIdle()
    {
        lock (_gate)
        {
            if (_listeners.Count == 0)
            {
                _stop?.Cancel();
                _stop = null;
            }
        }
    }

    private void TakeResult(TaskResult result)
    {
        Results.Add(number => SeenResult.Of(result, number));
        if (result.Status != RunStatus.Gap)
        {
            Series.Add(result, time.GetUtcNow());
        }
    }

    private void TakeEvent(TaskEvent item)
    {
        if (item.Kind == TaskEventKind.OccurrenceMissed)
        {
            Missed.Add(item);
        }

        // The feed takes outcomes of runs from the results, which also contain values.
        if (item.Kind is not (TaskEventKind.RunStarted or TaskEventKind.RunProgressed or TaskEventKind.RunEnded))
        {
            Events.Add(number => new SeenEvent(number, item));
        }
    }

    private void TakeBroadcast(BroadcastMessage message) => Broadcasts.Add(number =>
        new SeenBroadcast(number, message.SentAt, message.Task,
            message.Message.GetRawText() is { Length: <= LongestBroadcast } json ? json : null));

    private async Task FollowAsync<T>(Func<CancellationToken, Task<ITaskSubscription<T>>> subscribe, Action<T> take, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var subscription = await subscribe(ct).ConfigureAwait(false);
                await using (((IAsyncDisposable)subscription).ConfigureAwait(false))
                {
                    await foreach (var item in subscription.WithCancellation(ct).ConfigureAwait(false))
                    {
                        take(item);
                    }
                }
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                // Pages stay open through any outage, so the feed subscribes again until no page is open.
                LogEnded(log, typeof(T).Name, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(PollPeriod, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> act, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await act(ct).ConfigureAwait(false);
            await Task.Delay(period, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PollOnceAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            // A client that is still connecting may not observe the token, and the notice must not wait for it.
            var overview = GetOverviewAsync(limit.Token).WaitAsync(limit.Token);
            State = State with
            {
                Scheduler = await client.GetSchedulerAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false),
                Overview = await overview.ConfigureAwait(false) ?? State.Overview,
                ReadAt = time.GetUtcNow(),
                FoundAt = State.LostAt is null ? State.FoundAt : time.GetUtcNow(),
                LostAt = null,
            };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // On any error, the pages show since when the cluster has not responded, and the feed polls again.
            if (State.LostAt is null)
            {
                LogLost(log, e.Message);
            }

            State = State with { LostAt = State.LostAt ?? time.GetUtcNow() };
        }
        catch (OperationCanceledException)
        {
            // No page is open any more, or the program is stopping.
        }
    }

    /// <summary>
    /// Returns the overview; null if it is unavailable, for example because silos of an earlier version are running during a deployment.
    /// </summary>
    private async Task<TasksOverview?> GetOverviewAsync(CancellationToken ct)
    {
        try
        {
            return await client.GetOverviewAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The request for the scheduler detects whether the cluster responds at all.
            LogNoOverview(log, e.Message);
            return null;
        }
    }

    private async Task ReadRecentAsync(CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            Recent = await RecentRuns.ReadAsync(client, time.GetUtcNow(), limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Figures that could not be read are shown as unknown, not as they were.
            Recent = null;
            LogNoOverview(log, e.Message);
        }
        catch (OperationCanceledException)
        {
            // No page is open any more, or the program is stopping.
        }
    }

    private Task NoticeAsync(CancellationToken ct)
    {
        Action[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            listener();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(43, LogLevel.Information, "The dashboard's subscription to {Item} ended; subscribing again. {Reason}")]
    private static partial void LogEnded(ILogger logger, string item, string reason);

    [LoggerMessage(44, LogLevel.Warning, "The dashboard cannot reach the cluster: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(45, LogLevel.Debug, "Reading the overview for the dashboard failed: {Reason}")]
    private static partial void LogNoOverview(ILogger logger, string reason);

    private sealed class Looking(DashboardFeed feed, Action onChange) : IDisposable
    {
        public void Dispose() => feed.Leave(onChange);
    }
}
