using OrleansTasks.Handlers;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>An attempt on this silo, from the moment the runner takes it to its outcome.</summary>
internal sealed class RunningRun(IAttemptHost host, RunOrder order, ITaskInvoker invoker, IRunObserver observer, AttemptClock clock, long takenAt = 0) : ILocalRun, IPlaceTaker, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _stop = new();
    private int _phase;
    private int _stopCause;
    private long _startedAt;
    private long _inCallSince;
    private LentPlace? _place;

    // Ticks when the run should have stopped.
    private ITimer? _grace;

    public RunOrder Order => order;

    public ITaskInvoker Invoker => invoker;

    public IRunObserver Observer => observer;

    /// <summary>When the runner took it (<see cref="OrderChecks.Take"/>).</summary>
    public long TakenAt => takenAt;

    /// <summary>The time of its task.</summary>
    public DateTimeOffset Now => clock.Now;

    public CancellationToken StopToken => _stop.Token;

    /// <summary>Why the run was first asked to stop; null if it was not, or if its silo stops.</summary>
    public RunStatus? StopCause => Volatile.Read(ref _stopCause) is var cause and not 0 ? (RunStatus)(cause - 1) : null;

    public DateTimeOffset? StartedAt
    {
        get => Volatile.Read(ref _startedAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _startedAt, value?.UtcTicks ?? 0);
    }

    /// <summary>When the handler was called, while that call has not returned: it holds its thread since then. 0 otherwise.</summary>
    public long InCallSince
    {
        get => Volatile.Read(ref _inCallSince);
        set => Volatile.Write(ref _inCallSince, value);
    }

    /// <summary>What the attempt logs; null if nothing is kept.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Its place on this silo.</summary>
    public LentPlace Place => LazyInitializer.EnsureInitialized(ref _place, () => new LentPlace(host.ReleasePlace, host.TakePlaceAsync))!;

    public bool HasEnded => (AttemptPhase)Volatile.Read(ref _phase) == AttemptPhase.Ended;

    /// <summary>Says that it is over.</summary>
    /// <returns>Whether it has its place.</returns>
    public bool FinishPlace() => Interlocked.CompareExchange(ref _place, LentPlace.Over, null)?.Finish() ?? true;

    /// <summary>Takes it to where an event leads.</summary>
    /// <returns>The phase that it was in; null if the event cannot follow.</returns>
    public AttemptPhase? TryMove(AttemptEvent happens)
    {
        while (true)
        {
            var before = Volatile.Read(ref _phase);
            if (AttemptLifecycle.Next((AttemptPhase)before, happens) is not { } next)
            {
                return null;
            }

            if (Interlocked.CompareExchange(ref _phase, (int)next, before) == before)
            {
                return (AttemptPhase)before;
            }
        }
    }

    /// <summary>Asks the run to stop. One that has not begun ends at once.</summary>
    /// <param name="cause"><see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>, and the first one counts; null when the silo stops.</param>
    public void Cancel(RunStatus? cause)
    {
        if (cause is { } why)
        {
            Interlocked.CompareExchange(ref _stopCause, (int)why + 1, 0);
        }

        switch (TryMove(AttemptEvent.Stop))
        {
            case AttemptPhase.Waiting:
                host.EndUnstarted(this);
                break;
            case AttemptPhase.Running:
                WatchOnce();

                // Callbacks of the handler's own run on the pool: they may throw or take long, and neither is the caller's affair.
                _ = Task.Run(() => _stop.Cancel());
                break;
        }
    }

    /// <summary>Called on a timer's thread when it should have stopped.</summary>
    public void SayIfHeld() => host.OnTimer(this, static run => run.Host.SayIgnoring(run));

    /// <summary>Called on a timer's thread when its time is over.</summary>
    public void TimeOut() => host.OnTimer(this, static run => run.Cancel(RunStatus.TimedOut));

    /// <summary>Ends looking whether it stops.</summary>
    public void Unwatch() => Volatile.Read(ref _grace)?.Dispose();

    public void OnPlace() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);

    public void Execute() => host.Execute(this);

    public HeldRun ToHeld() => new(Order, StartedAt, StopCause is not null);

    private IAttemptHost Host => host;

    private void WatchOnce()
    {
        if (Volatile.Read(ref _grace) is not null)
        {
            return;
        }

        var watch = host.Watch(this);
        if (Interlocked.CompareExchange(ref _grace, watch, null) is not null || HasEnded)
        {
            watch.Dispose();
        }
    }
}
