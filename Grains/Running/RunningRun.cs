namespace OrleansTasks;

/// <summary>An attempt on this silo, from the moment the runner takes it to its outcome.</summary>
internal sealed class RunningRun(RunExecutor executor, RunOrder order, ITaskInvoker invoker, CancellationToken stopping) : IThreadPoolWorkItem
{
    // Continuations go where they belong by themselves: a grain's to its scheduler, others to the pool.
    private readonly TaskCompletionSource<RunOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private int _state;

    public RunOrder Order => order;

    public ITaskInvoker Invoker => invoker;

    public Task<RunOutcome> Outcome => _outcome.Task;

    public CancellationTokenSource Stop => _stop;

    /// <summary>Why the run was first asked to stop; null if it was not.</summary>
    public RunStatus? StopCause { get; private set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Called for progress; set by whoever ordered the run.</summary>
    public Action<RunProgress>? OnProgress { get; set; }

    public bool TryBegin() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    /// <summary>Asks the run to stop. One that has not begun ends at once.</summary>
    /// <param name="cause"><see cref="RunStatus.Cancelled"/> or <see cref="RunStatus.TimedOut"/>; the first one counts.</param>
    public void Cancel(RunStatus cause)
    {
        StopCause ??= cause;
        if (Interlocked.CompareExchange(ref _state, 2, 0) == 0)
        {
            executor.EndUnstarted(this);
            return;
        }

        // Callbacks of the handler's own run on the pool: they may throw or take long, and neither is the caller's affair.
        _ = Task.Run(() => _stop.Cancel());
    }

    public void Execute() => _ = executor.ExecuteAsync(this);

    public void End(RunOutcome outcome) => _outcome.TrySetResult(outcome);

    public HeldRun ToHeld() => new(Order, StartedAt, StopCause is not null);
}
