using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Handlers;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Runs handlers on this silo, off the grains' turns, at most so many at once; further ones wait in order. Occurrences of schedules go first,
/// and have some places of their own, so that they keep their time however much else is asked for.
/// </summary>
internal sealed partial class RunExecutor(
    HandlerCatalog handlers,
    AttemptRunner attempts,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<RunExecutor> log) : IRunExecutor
{
    private readonly TasksOptions _options = options.Value;
    private readonly ConcurrentDictionary<Guid, RunningRun> _held = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _returning = new();
    private readonly ConcurrentQueue<RunningRun> _occurrences = new();
    private readonly ConcurrentQueue<RunningRun>[] _others = [new(), new(), new()];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private int _queued;
    private long _queuedBytes;
    private volatile bool _accepting = true;

    public int Active => Volatile.Read(ref _active);

    public int Queued => Volatile.Read(ref _queued);

    public bool Has(string handler) => handlers.TryGet(handler, out _);

    /// <summary>The number of handlers that have held their threads for at least so long.</summary>
    public int CountBlocking(TimeSpan atLeast) =>
        _held.Values.Count(r => r.InCallSince is not 0 and var since && TimeProvider.System.GetElapsedTime(since) >= atLeast);

    public bool Holds(Guid run, Guid offer) => _held.TryGetValue(run, out var held) && held.Order.Offer == offer;

    public IEnumerable<HeldRun> Holding(string task) => _held.Values.Where(r => r.Order.RunId.Task == task).Select(r => r.ToHeld());

    public IEnumerable<RunId> HoldingOfGroup(string group) => _held.Values.Where(r => r.Order.Group == group).Select(r => r.Order.RunId);

    public bool IsDraining => !_accepting;

    public bool HasRoom => _accepting && Active < _options.MaxConcurrentRuns;

    public bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out ILocalRun? started)
    {
        started = null;
        if (!_accepting || !handlers.TryGet(order.Handler, out var invoker))
        {
            return false;
        }

        var isOccurrence = order.Trigger == RunTrigger.Schedule;
        var hasPlace = TryTakePlace(isOccurrence);
        if (!hasPlace && !(mayQueue && Queued < _options.MaxQueuedRuns && Interlocked.Read(ref _queuedBytes) + order.Arguments.Size <= _options.Limits.MaxQueuedArgumentsSize))
        {
            return false;
        }

        var run = new RunningRun(this, order, invoker, observer);
        if (!_held.TryAdd(order.RunId.Value, run))
        {
            if (hasPlace)
            {
                ReleasePlace();
            }

            return false;
        }

        if (hasPlace)
        {
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: true);
        }
        else
        {
            CountQueued(run, 1);
            (isOccurrence ? _occurrences : _others[QueueOf(order.Priority)]).Enqueue(run);
            StartQueued();
        }

        started = run;
        return true;
    }

    public bool Cancel(Guid id, RunStatus cause)
    {
        if (!_held.TryGetValue(id, out var run))
        {
            return false;
        }

        run.Cancel(cause);
        return true;
    }

    /// <summary>Takes no more orders, lets runs end for a while, then asks them to stop.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        _accepting = false;
        if (_held.IsEmpty)
        {
            return;
        }

        LogDraining(log, _held.Count, _options.DrainTimeout);
        try
        {
            await _drained.Task.WaitAsync(_options.DrainTimeout, time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(log, string.Join(", ", _held.Values.Select(r => r.Order.RunId.ToString()).Take(20)));
            foreach (var run in _held.Values)
            {
                run.Cancel(null);
            }
        }
    }

    internal void EndUnstarted(RunningRun run) => End(run, attempts.Unstarted(run));

    internal async Task ExecuteAsync(RunningRun run)
    {
        if (run.TryBegin())
        {
            End(run, await attempts.MakeAsync(run).ConfigureAwait(false));
        }

        // Also that of one that was cancelled while it waited: it goes to the next one.
        if (run.FinishPlace())
        {
            ReleasePlace();
        }
    }

    private void End(RunningRun run, RunOutcome outcome)
    {
        try
        {
            run.Observer.OnEnd(run, outcome);
        }
        finally
        {
            Forget(run);
        }
    }

    /// <summary>Looks, some time from now, whether a run that was asked to stop has ended.</summary>
    internal ITimer Watch(RunningRun run) => time.CreateTimer(static state => ((RunningRun)state!).SayIfHeld(), run, _options.CancellationGrace, Timeout.InfiniteTimeSpan);

    /// <summary>Has a timer do something to a run: what it throws must not end its thread, and the process with it.</summary>
    internal void OnTimer(RunningRun run, Action<RunningRun> call) => Containment.Run(run, call, log);

    internal void SayIgnoring(RunningRun run)
    {
        if (_held.ContainsKey(run.Order.RunId.Value))
        {
            LogIgnores(log, run.Order.RunId.Task, run.Order.RunId, _options.CancellationGrace);
            run.Observer.OnIgnoring(run);
        }
    }

    private void Forget(RunningRun run)
    {
        run.Unwatch();
        _held.TryRemove(run.Order.RunId.Value, out _);
        if (!_accepting && _held.IsEmpty)
        {
            _drained.TrySetResult();
        }
    }

    private bool TryTakePlace(bool isOccurrence)
    {
        if (Interlocked.Increment(ref _active) <= (isOccurrence ? _options.AllPlaces : _options.MaxConcurrentRuns))
        {
            return true;
        }

        Interlocked.Decrement(ref _active);
        return false;
    }

    /// <summary>Takes a place for a run that is under way and gave its own back. It goes before those that have not begun, and may have one of those for occurrences.</summary>
    internal Task TakePlaceAsync()
    {
        if (TryTakePlace(isOccurrence: true))
        {
            return Task.CompletedTask;
        }

        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _returning.Enqueue(place);
        StartQueued();
        return place.Task;
    }

    internal void ReleasePlace()
    {
        Interlocked.Decrement(ref _active);
        StartQueued();
    }

    private void StartQueued()
    {
        while (!_returning.IsEmpty && TryTakePlace(isOccurrence: true))
        {
            if (_returning.TryDequeue(out var place))
            {
                place.SetResult();
            }
            else
            {
                Interlocked.Decrement(ref _active);
            }
        }

        StartQueued(_occurrences, areOccurrences: true);
        foreach (var queue in _others)
        {
            StartQueued(queue, areOccurrences: false);
        }
    }

    private static int QueueOf(RunPriority priority) => priority switch
    {
        RunPriority.High => 0,
        RunPriority.Low => 2,
        _ => 1,
    };

    private void StartQueued(ConcurrentQueue<RunningRun> queue, bool areOccurrences)
    {
        while (!queue.IsEmpty && TryTakePlace(areOccurrences))
        {
            if (queue.TryDequeue(out var next))
            {
                CountQueued(next, -1);
                ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: true);
            }
            else
            {
                Interlocked.Decrement(ref _active);
            }
        }
    }

    private void CountQueued(RunningRun run, int sign)
    {
        Interlocked.Add(ref _queued, sign);
        Interlocked.Add(ref _queuedBytes, sign * run.Order.Arguments.Size);
    }

    [LoggerMessage(104, LogLevel.Warning, "{Task}: run {Run} was asked to stop and has gone on for {Grace} since. Its handler is to heed its CancellationToken; the run keeps its place until it ends.")]
    private static partial void LogIgnores(ILogger logger, string task, RunId run, TimeSpan grace);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Count} runs are under way and have {Limit} to end.")]
    private static partial void LogDraining(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(103, LogLevel.Warning, "Stopping: these runs did not end in time and are asked to stop: {Runs}")]
    private static partial void LogCutOff(ILogger logger, string runs);
}
