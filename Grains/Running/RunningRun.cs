using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Represents an attempt on this silo, from the moment when the runner takes it to its outcome.</summary>
internal sealed class RunningRun(IAttemptHost host, RunOrder order, ITaskInvoker invoker, IRunObserver observer, AttemptClock clock,
    long takenAt = 0) : ILocalRun, IPlaceTaker, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _stop = new();
    private int _phase;
    private int _stopCause;
    private long _startedAt;
    private long _inCallSince;
    private LentPlace? _place;

    // Fires when the run should have stopped.
    private ITimer? _grace;

    /// <summary>Gets the order, with what the attempt has saved since it started.</summary>
    public RunOrder Order => Volatile.Read(ref order);

    public ITaskInvoker Invoker => invoker;

    public IRunObserver Observer => observer;

    /// <summary>Gets the timestamp at which the runner took it (<see cref="OrderChecks.Take"/>).</summary>
    public long TakenAt => takenAt;

    /// <summary>Gets the present time of its task.</summary>
    public DateTimeOffset Now => clock.Now;

    public CancellationToken StopToken => _stop.Token;

    /// <summary>Gets why the run was first asked to stop. It is null if it was not asked, or if its silo stops.</summary>
    public RunStatus? StopCause => Volatile.Read(ref _stopCause) is var cause and not 0 ? (RunStatus)(cause - 1) : null;

    public DateTimeOffset? StartedAt
    {
        get => Volatile.Read(ref _startedAt) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _startedAt, value?.UtcTicks ?? 0);
    }

    /// <summary>
    /// Gets the timestamp of the call of the handler until that call returns. The handler holds its thread during that time. It is 0
    /// otherwise.
    /// </summary>
    public long InCallSince
    {
        get => Volatile.Read(ref _inCallSince);
        set => Volatile.Write(ref _inCallSince, value);
    }

    /// <summary>Gets or sets the log of the attempt, or null if none is kept.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Gets its place on this silo.</summary>
    public LentPlace Place => LazyInitializer.EnsureInitialized(ref _place, () => new LentPlace(host.ReleasePlace, host.TakePlaceAsync))!;

    public bool HasEnded => (AttemptPhase)Volatile.Read(ref _phase) == AttemptPhase.Ended;

    /// <summary>Ends the use of its place.</summary>
    /// <returns>Whether it has its place.</returns>
    public bool FinishPlace() => Interlocked.CompareExchange(ref _place, LentPlace.Over, null)?.Finish() ?? true;

    /// <summary>Moves the attempt to the phase that follows an event.</summary>
    /// <returns>The previous phase, or null if the event is not possible in it.</returns>
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

    /// <summary>Asks the run to stop. A run that has not started ends at once.</summary>
    /// <param name="cause">
    /// <see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>, or null if the silo stops. The first cause is kept.
    /// </param>
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

                // The handler's own callbacks run on the pool. They may throw or take long, and the caller must not be affected.
                _ = Task.Run(() => _stop.Cancel());
                break;
        }
    }

    /// <summary>Called on a timer's thread when the run should have stopped.</summary>
    public void SayIfHeld() => host.OnTimer(this, static run => run.Host.SayIgnoring(run));

    /// <summary>Called on a timer's thread when the time of the run has elapsed.</summary>
    public void TimeOut() => host.OnTimer(this, static run => run.Cancel(RunStatus.TimedOut));

    /// <summary>Stops checking whether the run stops.</summary>
    public void Unwatch() => Volatile.Read(ref _grace)?.Dispose();

    public void OnPlace() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);

    public void Execute() => host.Execute(this);

    /// <summary>Notes what the attempt has saved, for whoever orders the next one.</summary>
    public void NoteSaved(RunCheckpoint checkpoint) => Volatile.Write(ref order, order with { Checkpoint = checkpoint });

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
