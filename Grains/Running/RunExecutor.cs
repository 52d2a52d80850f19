using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Handlers;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Runs handlers on this silo, off the grains' turns, up to a maximum number at a time. Further ones wait in order. Occurrences of
/// schedules go first, and have some places of their own, so that they start on time whatever the load.
/// </summary>
internal sealed partial class RunExecutor(
    HandlerCatalog handlers,
    AttemptRunner attempts,
    OrderChecks checks,
    DrainedSilos drained,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<RunExecutor> log) : IRunExecutor, IAttemptHost
{
    private readonly TasksOptions _options = options.Value;
    private volatile bool _hasCutOff;
    private readonly HeldAttempts _held = new();
    private readonly SiloPlaces _places = new(options.Value.MaxConcurrentRuns, options.Value.AllPlaces, options.Value.MaxQueuedRuns,
        options.Value.Limits.MaxQueuedArgumentsSize);

    public int Active => _places.Active;

    public int Queued => _places.Queued;

    public bool IsDraining => _held.IsClosed;

    /// <summary>Gets a task that ends when the silo takes no more attempts and the last one has gone.</summary>
    public Task WhenEmpty => _held.WhenEmpty;

    public bool HasCutOff => _hasCutOff;

    public bool StoodStillLately => checks.StoodStillLately;

    public bool HasRoom => !_held.IsClosed && _places.HasRoom;

    public bool Takes(string handler) => !drained.IsHere && handlers.TryGet(handler, out _);

    /// <summary>Returns how many handlers have held their threads for at least the given time.</summary>
    public int CountBlocking(TimeSpan atLeast) =>
        _held.All.Count(r => r.InCallSince is not 0 and var since && TimeProvider.System.GetElapsedTime(since) >= atLeast);

    /// <summary>Blocks the caller's thread until there is an attempt, or until the given time has passed.</summary>
    public void WaitForAttempt(TimeSpan most, CancellationToken stop) => _held.WaitForAny(most, stop);

    public bool Holds(Guid run, Guid offer) => _held.Find(run)?.Order.Offer == offer;

    public IEnumerable<HeldRun> Holding(string task) => _held.All.Where(r => r.Order.RunId.Task == task).Select(r => r.ToHeld());

    public IEnumerable<PlacedRun> PlacedInGroup(string group) =>
        _held.All.Where(r => r.Order.Group == group).Select(static r => new PlacedRun(r.Order.RunId, r.Order.Place));

    public bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out ILocalRun? started)
    {
        started = null;
        if (_held.IsClosed || drained.IsHere || !handlers.TryGet(order.Handler, out var invoker))
        {
            return false;
        }

        var (rank, bytes) = (RankOf(order), order.HeldBytes);
        var admission = _places.Admit(rank, bytes, mayQueue);
        if (admission == PlaceAdmission.Refused)
        {
            return false;
        }

        var run = new RunningRun(this, order, invoker, observer, new AttemptClock(order.OrderedAt, time), checks.Take());
        if (!_held.TryAdd(run))
        {
            GiveUp(admission, bytes);
            return false;
        }

        if (admission == PlaceAdmission.Placed)
        {
            run.OnPlace();
        }
        else
        {
            Begin(_places.Enter(run, rank, bytes));
        }

        started = run;
        return true;
    }

    public bool Cancel(Guid id, RunStatus cause)
    {
        if (_held.Find(id) is not { } run)
        {
            return false;
        }

        run.Cancel(cause);
        return true;
    }

    /// <summary>Takes no more orders, lets runs end for a while, and then asks them to stop.</summary>
    public async Task DrainAsync(CancellationToken ct)
    {
        var drained = _held.Close();
        if (drained.IsCompleted)
        {
            return;
        }

        LogDraining(log, _held.All.Count, _options.DrainTimeout);
        try
        {
            await drained.WaitAsync(_options.DrainTimeout, time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(log, string.Join(", ", _held.All.Select(static r => r.Order.RunId.ToString()).Take(20)));
            _hasCutOff = true;

            // Attempts that have not started come first. Otherwise one of them would get the place of an attempt that ends, and would start
            // only to be stopped.
            foreach (var run in _held.All.OrderBy(static r => r.StartedAt is not null).ToList())
            {
                run.Cancel(null);
            }
        }
    }

    void IAttemptHost.Execute(RunningRun run) => ExecuteAsync(run).Ignore();

    void IAttemptHost.EndUnstarted(RunningRun run)
    {
        // The attempt no longer waits, so it must not take room from others.
        _places.Withdraw(run);
        End(run, attempts.Unstarted(run));
    }

    ITimer IAttemptHost.Watch(RunningRun run) =>
        time.CreateTimer(static state => ((RunningRun)state!).SayIfHeld(), run, _options.CancellationGrace, Timeout.InfiniteTimeSpan);

    void IAttemptHost.SayIgnoring(RunningRun run)
    {
        if (_held.Has(run) && !run.HasEnded)
        {
            LogIgnores(log, run.Order.RunId.Task, run.Order.RunId, _options.CancellationGrace);
            run.Observer.OnIgnoring(run);
        }
    }

    void IAttemptHost.OnTimer(RunningRun run, Action<RunningRun> call) => Containment.Run(run, call, log);

    void IAttemptHost.ReleasePlace() => Begin(_places.GiveBack());

    /// <summary>Takes a place before attempts that have not started. It may be one of the places for occurrences.</summary>
    Task IAttemptHost.TakePlaceAsync()
    {
        if (_places.Admit(PlaceRank.Returning, 0, mayWait: false) == PlaceAdmission.Placed)
        {
            return Task.CompletedTask;
        }

        var returning = new ReturningRun();
        Begin(_places.Enter(returning, PlaceRank.Returning, 0));
        return returning.Placed;
    }

    private async Task ExecuteAsync(RunningRun run)
    {
        try
        {
            // Every attempt starts here.
            if (checks.IsDoubtful(run.Order, run.TakenAt) && !await ConfirmAsync(run).ConfigureAwait(false))
            {
                Drop(run);
            }
            else if (run.TryMove(AttemptEvent.Begin) is not null)
            {
                End(run, await attempts.MakeAsync(run).ConfigureAwait(false));
            }
        }
        finally
        {
            // An attempt that was cancelled while it waited has a place too, which goes to the next one.
            if (run.FinishPlace())
            {
                Begin(_places.GiveBack());
            }
        }
    }

    private void End(RunningRun run, RunOutcome outcome)
    {
        run.TryMove(AttemptEvent.End);
        Containment.Run((run, outcome), static e => e.run.Observer.OnEnd(e.run, e.outcome), log);
        run.Unwatch();
        _held.Remove(run);
    }

    /// <summary>Asks whether an attempt may start. It is a separate method, so that the usual path allocates no closure.</summary>
    private Task<bool> ConfirmAsync(RunningRun run) => checks.ConfirmAsync(run.Order, () => run.HasEnded);

    /// <summary>Drops an attempt that must not start, because its task has taken care of it.</summary>
    private void Drop(RunningRun run)
    {
        // If the attempt was stopped, that was reported already.
        if (run.TryMove(AttemptEvent.Stop) is not null)
        {
            LogDropped(log, run.Order.RunId.Task, run.Order.RunId, run.Order.Attempt);
            _held.Remove(run);
        }
    }

    private void GiveUp(PlaceAdmission admission, int bytes)
    {
        if (admission == PlaceAdmission.Placed)
        {
            Begin(_places.GiveBack());
        }
        else
        {
            _places.GiveUpSpot(bytes);
        }
    }

    private static void Begin(IReadOnlyList<IPlaceTaker> placed)
    {
        foreach (var next in placed)
        {
            next.OnPlace();
        }
    }

    private static PlaceRank RankOf(RunOrder order) => (order.Trigger, order.Priority) switch
    {
        (RunTrigger.Schedule, _) => PlaceRank.Occurrence,
        (_, RunPriority.High) => PlaceRank.High,
        (_, RunPriority.Low) => PlaceRank.Low,
        _ => PlaceRank.Normal,
    };

    [LoggerMessage(104, LogLevel.Warning,
        "{Task}: run {Run} was cancelled and has continued for {Grace} since. Its handler must observe its CancellationToken; the run "
        + "keeps its place until it ends.")]
    private static partial void LogIgnores(ILogger logger, string task, RunId run, TimeSpan grace);

    [LoggerMessage(107, LogLevel.Information,
        "{Task}: attempt {Attempt} of run {Run} does not start: this silo, or that of its task, was frozen, and the order is no longer "
        + "valid.")]
    private static partial void LogDropped(ILogger logger, string task, RunId run, int attempt);

    [LoggerMessage(102, LogLevel.Information, "Stopping: {Count} runs are active and have {Limit} to end.")]
    private static partial void LogDraining(ILogger logger, int count, TimeSpan limit);

    [LoggerMessage(103, LogLevel.Warning, "Stopping: these runs did not end in time and are cancelled: {Runs}")]
    private static partial void LogCutOff(ILogger logger, string runs);
}
