using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Subscribes to all results, and records what arrives.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Heard> _heard = [];
    private readonly List<TaskResult> _results = [];
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly ITaskSubscription<TaskResult> _subscription;
    private readonly string _prefix;
    private readonly TimeProvider _time;
    private readonly Task _listening;
    private readonly CancellationTokenSource _stop = new();
    private (IReadOnlyDictionary<string, long> Lasts, TaskCompletionSource Reached)? _barrier;
    private string? _error;

    private Subscriber(ITaskSubscription<TaskResult> subscription, string prefix, TimeProvider time)
    {
        (_subscription, _prefix, _time) = (subscription, prefix, time);
        _listening = ListenAsync();
    }

    /// <summary>Starts, and returns when the subscription is active.</summary>
    /// <param name="tasks">The client.</param>
    /// <param name="prefix">The prefix of the names of the tasks that count.</param>
    /// <param name="time">The clock.</param>
    public static async Task<Subscriber> StartAsync(ITaskClient tasks, string prefix, TimeProvider time) =>
        new(await tasks.SubscribeResultsAsync(), prefix, time);

    /// <summary>Gets the results so far.</summary>
    public IReadOnlyList<TaskResult> Results
    {
        get
        {
            lock (_gate)
            {
                return [.. _results];
            }
        }
    }

    /// <summary>Waits until the last stored result of each task has arrived, for at most <see cref="Promises.CatchUp"/>.</summary>
    /// <returns>What arrived until then.</returns>
    public async Task<Subscription> CatchUpAsync(IReadOnlyList<TaskResult> kept)
    {
        var lasts = kept.GroupBy(r => r.Task).ToDictionary(g => g.Key, g => g.Max(r => r.Sequence));
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _barrier = (lasts, reached);
            Pass();
        }

        // If it has not caught up by then, the judge uses what has arrived.
        Task caughtUp = Task.WhenAny(reached.Task, _listening);
        await caughtUp.WaitAsync(Promises.CatchUp, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            return new Subscription([.. _heard], kept, _error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _subscription.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var result in _subscription.WithCancellation(_stop.Token))
            {
                if (result.Task.StartsWith(_prefix, StringComparison.Ordinal))
                {
                    Note(result);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The subscriber stops.
        }
        catch (Exception e)
        {
            // A subscription must survive every fault. The judge reports that it did not.
            lock (_gate)
            {
                _error = e.ToString();
            }
        }
    }

    private void Note(TaskResult result)
    {
        lock (_gate)
        {
            _heard.Add(new Heard(_time.GetUtcNow(), result.Task, result.Sequence, result.Missed));
            if (result.Status != RunStatus.Gap)
            {
                _results.Add(result);
            }

            _last[result.Task] = Math.Max(_last.GetValueOrDefault(result.Task), result.Sequence);
            Pass();
        }
    }

    private void Pass()
    {
        if (_barrier is { } barrier && barrier.Lasts.All(l => _last.GetValueOrDefault(l.Key) >= l.Value))
        {
            barrier.Reached.TrySetResult();
        }
    }
}
