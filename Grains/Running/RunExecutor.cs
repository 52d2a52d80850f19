using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks;

/// <summary>
/// Runs handlers on this silo, off the grains' turns, at most so many at once; further ones wait in order. Occurrences of schedules go first,
/// and have some places of their own, so that they keep their time however much else is asked for.
/// </summary>
internal sealed partial class RunExecutor(
    HandlerCatalog handlers,
    IServiceScopeFactory scopes,
    RunControls controls,
    EventPublisher events,
    ILocalSiloDetails silo,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<RunExecutor> log)
{
    private readonly TasksOptions _options = options.Value;
    private readonly string _silo = silo.SiloAddress.ToString();
    private readonly ConcurrentDictionary<Guid, RunningRun> _held = new();
    private readonly ConcurrentQueue<RunningRun> _occurrences = new();
    private readonly ConcurrentQueue<RunningRun>[] _others = [new(), new(), new()];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;
    private int _queued;
    private long _queuedBytes;
    private volatile bool _accepting = true;

    /// <summary>The number of runs under way here.</summary>
    public int Active => Volatile.Read(ref _active);

    /// <summary>The number of runs that wait here for a place.</summary>
    public int Queued => Volatile.Read(ref _queued);

    public bool Has(string handler) => handlers.TryGet(handler, out _);

    /// <summary>The number of handlers that have held their threads for at least so long.</summary>
    public int CountBlocking(TimeSpan atLeast) =>
        _held.Values.Count(r => r.InCallSince is not 0 and var since && TimeProvider.System.GetElapsedTime(since) >= atLeast);

    public bool Holds(Guid run, Guid offer) => _held.TryGetValue(run, out var held) && held.Order.Offer == offer;

    public IEnumerable<HeldRun> Holding(string task) => _held.Values.Where(r => r.Order.RunId.Task == task).Select(r => r.ToHeld());

    public IEnumerable<RunId> HoldingOfGroup(string group) => _held.Values.Where(r => r.Order.Group == group).Select(r => r.Order.RunId);

    /// <summary>Whether this silo stops, so that it takes no more runs.</summary>
    public bool IsDraining => !_accepting;

    public bool HasRoom => _accepting && Active < _options.MaxConcurrentRuns;

    /// <summary>Takes an order, to run now or when there is a place.</summary>
    /// <returns>False if this silo lacks the handler, is full, or stops.</returns>
    public bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out RunningRun? run)
    {
        run = null;
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

        run = new RunningRun(this, order, invoker, observer);
        if (!_held.TryAdd(order.RunId.Value, run))
        {
            if (hasPlace)
            {
                ReleasePlace();
            }

            run = null;
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

    internal void EndUnstarted(RunningRun run)
    {
        run.Observer.OnEnd(run, new RunOutcome
        {
            Status = run.StopCause ?? RunStatus.Cancelled,
            Error = "The run was stopped before it started.",
            FinishedAt = time.GetUtcNow(),
            Silo = _silo,
            CutOff = run.StopCause is null,
        });
        Forget(run);
    }

    internal async Task ExecuteAsync(RunningRun run)
    {
        if (!run.TryBegin())
        {
            // Cancelled while it waited; its place goes to the next one.
            ReleasePlace();
            return;
        }

        var order = run.Order;
        run.StartedAt = time.GetUtcNow();
        if (Over(order, run.StartedAt.Value) is { } over)
        {
            run.Observer.OnEnd(run, over);
            Forget(run);
            ReleasePlace();
            return;
        }

        TellStarted(run);
        RunOutcome outcome;
        var lines = order.LogLines > 0 ? new RunLog(order.LogLines, time) : null;
        RunLogProvider.Current = lines;
        try
        {
            using var timer = Times.Shorter(order.Timeout, order.Deadline - run.StartedAt) is { } timeout ? time.CreateTimer(static r => ((RunningRun)r!).Cancel(RunStatus.TimedOut), run, timeout, Timeout.InfiniteTimeSpan) : null;
            byte[]? json;
            var scope = scopes.CreateAsyncScope();
            await using (scope.ConfigureAwait(false))
            {
                var context = new TaskRunContext(controls.For(run), run.StopToken)
                {
                    RunId = order.RunId,
                    Attempt = order.Attempt,
                    Trigger = order.Trigger,
                    ScheduledAt = order.ScheduledAt,
                    Arguments = order.Arguments,
                };
                run.InCallSince = TimeProvider.System.GetTimestamp();
                var call = run.Invoker.InvokeAsync(scope.ServiceProvider, context, order.SendValue);
                run.InCallSince = 0;
                json = await call.ConfigureAwait(false);
            }

            outcome = json?.Length > _options.Limits.MaxValueSize
                ? Failed(run, new TaskValueException(order.RunId.Task, $"The value has {json.Length} bytes of JSON; {_options.Limits.MaxValueSize} are allowed (TasksOptions.Limits.MaxValueSize)."))
                : new RunOutcome { Status = RunStatus.Succeeded, Json = json, StartedAt = run.StartedAt, FinishedAt = time.GetUtcNow(), Silo = _silo };
        }
        catch (Exception e)
        {
            // Whatever a handler throws is its run's outcome; what is said of it here is not the handler's.
            RunLogProvider.Current = null;
            outcome = Failed(run, e);
        }

        RunLogProvider.Current = null;
        run.Observer.OnEnd(run, lines?.Take() is { Count: > 0 } logged ? outcome with { Log = logged } : outcome);
        Forget(run);
        ReleasePlace();
    }

    private void TellStarted(RunningRun run)
    {
        var order = run.Order;
        if (events.IsWanted())
        {
            events.Publish(new TaskEvent
            {
                Task = order.RunId.Task,
                Kind = TaskEventKind.RunStarted,
                At = run.StartedAt!.Value,
                RunId = order.RunId,
                ScheduledAt = order.ScheduledAt,
                Attempt = order.Attempt,
                By = order.RequestedBy,
                Silo = _silo,
            });
        }
    }

    private RunOutcome Failed(RunningRun run, Exception e)
    {
        var stopped = e is OperationCanceledException && run.StopToken.IsCancellationRequested;
        var status = !stopped ? RunStatus.Failed : run.StopCause ?? RunStatus.Cancelled;
        if (status == RunStatus.Failed && e is not SnoozeException)
        {
            LogFailed(log, run.Order.RunId.Task, run.Order.RunId, e.GetType().Name, e.Message);
        }

        var (steering, againAt) = status == RunStatus.Failed ? Steer(e, time.GetUtcNow()) : (Steering.None, null);
        return new RunOutcome
        {
            Status = status,
            Steering = steering,
            AgainAt = againAt,
            ErrorTypes = status == RunStatus.Failed ? [.. TypesOf(e)] : [],
            Error = status switch
            {
                RunStatus.TimedOut => "The run did not end within its timeout.",
                RunStatus.Cancelled => run.StopCause is not null ? "The run was cancelled." : "The silo stopped before the run ended.",
                _ => e.Message,
            },
            ErrorType = e.GetType().FullName,
            Stack = _options.SendStacks && !stopped ? e.ToString() : null,
            StartedAt = run.StartedAt,
            FinishedAt = time.GetUtcNow(),
            Silo = _silo,
            CutOff = status == RunStatus.Cancelled && run.StopCause is null,
        };
    }

    /// <summary>What becomes of an attempt that got its place too late; null if it did not.</summary>
    private RunOutcome? Over(RunOrder order, DateTimeOffset now) => order.ExpiresAt <= now || order.Deadline <= now
        ? new RunOutcome
        {
            Status = order.ExpiresAt <= now ? RunStatus.Expired : RunStatus.TimedOut,
            Error = order.ExpiresAt <= now ? $"The run had not begun at {order.ExpiresAt:O}, when it expired." : $"The run had not ended at {order.Deadline:O}, when its time as a whole was over.",
            FinishedAt = now,
            Silo = _silo,
        }
        : null;

    private static (Steering Steering, DateTimeOffset? At) Steer(Exception e, DateTimeOffset now) => e switch
    {
        DoNotRetryException or TaskArgumentException or TaskValueException => (Steering.Never, null),
        SnoozeException snooze => (Steering.Snooze, snooze.At ?? Later(now, snooze.Delay!.Value)),
        RetryLaterException later => (Steering.Later, later.At ?? Later(now, later.Delay!.Value)),
        _ => (Steering.None, null),
    };

    private static IEnumerable<string> TypesOf(Exception e)
    {
        for (var type = e.GetType(); type != typeof(object); type = type.BaseType!)
        {
            yield return type.FullName ?? type.Name;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan delay) => now + (delay < OptionFaults.LongestWait ? delay : OptionFaults.LongestWait);

    /// <summary>Looks, some time from now, whether a run that was asked to stop has ended.</summary>
    internal ITimer Watch(RunningRun run) => time.CreateTimer(static state => ((RunningRun)state!).SayIfHeld(), run, _options.CancellationGrace, Timeout.InfiniteTimeSpan);

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

    private void ReleasePlace()
    {
        Interlocked.Decrement(ref _active);
        StartQueued();
    }

    private void StartQueued()
    {
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

    [LoggerMessage(101, LogLevel.Warning, "{Task}: run {Run} failed with {ErrorType}: {Error}")]
    private static partial void LogFailed(ILogger logger, string task, RunId run, string errorType, string error);

    [LoggerMessage(104, LogLevel.Warning, "{Task}: run {Run} was asked to stop and has gone on for {Grace} since. Its handler is to heed its CancellationToken; the run keeps its place until it ends.")]
    private static partial void LogIgnores(ILogger logger, string task, RunId run, TimeSpan grace);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Count} runs are under way and have {Limit} to end.")]
    private static partial void LogDraining(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(103, LogLevel.Warning, "Stopping: these runs did not end in time and are asked to stop: {Runs}")]
    private static partial void LogCutOff(ILogger logger, string runs);
}
