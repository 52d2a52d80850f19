using OrleansTasks.Handlers;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>An attempt on this silo, from the moment the runner takes it to its outcome.</summary>
internal sealed class RunningRun(RunExecutor executor, RunOrder order, ITaskInvoker invoker, IRunObserver observer) : ILocalRun, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _stop = new();
    private int _state;
    private LentPlace? _place;

    public RunOrder Order => order;

    public ITaskInvoker Invoker => invoker;

    public IRunObserver Observer => observer;

    public CancellationToken StopToken => _stop.Token;

    /// <summary>Why the run was first asked to stop; null if it was not, or if its silo stops.</summary>
    public RunStatus? StopCause { get; private set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the handler was called, while that call has not returned: it holds its thread since then. 0 otherwise.</summary>
    public long InCallSince { get; set; }

    /// <summary>Ticks when the run should have stopped.</summary>
    private ITimer? _grace;

    /// <summary>What the attempt logs; null if nothing is kept.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Its place on this silo.</summary>
    public LentPlace Place => LazyInitializer.EnsureInitialized(ref _place, () => new LentPlace(executor.ReleasePlace, executor.TakePlaceAsync))!;

    /// <summary>Says that it is over.</summary>
    /// <returns>Whether it has its place.</returns>
    public bool FinishPlace() => _place is null || _place.Finish();

    private RunExecutor Executor => executor;

    public bool TryBegin() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    /// <summary>Asks the run to stop. One that has not begun ends at once.</summary>
    /// <param name="cause"><see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>, and the first one counts; null when the silo stops.</param>
    public void Cancel(RunStatus? cause)
    {
        StopCause ??= cause;
        if (Interlocked.CompareExchange(ref _state, 2, 0) == 0)
        {
            executor.EndUnstarted(this);
            return;
        }

        _grace ??= executor.Watch(this);

        // Callbacks of the handler's own run on the pool: they may throw or take long, and neither is the caller's affair.
        _ = Task.Run(() => _stop.Cancel());
    }

    /// <summary>Called on a timer's thread when it should have stopped.</summary>
    public void SayIfHeld() => executor.OnTimer(this, static run => run.Executor.SayIgnoring(run));

    /// <summary>Called on a timer's thread when its time is over.</summary>
    public void TimeOut() => executor.OnTimer(this, static run => run.Cancel(RunStatus.TimedOut));

    /// <summary>Ends looking whether it stops.</summary>
    public void Unwatch() => _grace?.Dispose();

    public void Execute() => _ = executor.ExecuteAsync(this);

    public HeldRun ToHeld() => new(Order, StartedAt, StopCause is not null);
}
