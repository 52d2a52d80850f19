namespace OrleansTasks.Simulation;

/// <summary>
/// Runs turns one at a time, when the world chooses them: the turns of an activation, or of a silo's threads. A lost silo runs none.
/// </summary>
internal sealed class SimTurns(World world, SimSilo? silo) : TaskScheduler
{
    private readonly Queue<Task> _turns = new();
    private bool _isRunning;

    /// <summary>Gets or sets whether it is in the world's list.</summary>
    public bool IsListed { get; set; }

    public bool IsReady => _turns.Count > 0 && silo is not { IsStill: true };

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs one turn.</summary>
    /// <returns>False if there was none to run.</returns>
    public bool RunOne()
    {
        if (!IsReady)
        {
            return false;
        }

        var turn = _turns.Dequeue();
        if (silo is { IsLost: true })
        {
            return false;
        }

        _isRunning = true;
        try
        {
            return TryExecuteTask(turn);
        }
        finally
        {
            _isRunning = false;
        }
    }

    /// <summary>Adds it to the world's list if it has turns to run.</summary>
    public void Wake()
    {
        if (!IsListed && IsReady)
        {
            IsListed = true;
            world.Ready(this);
        }
    }

    /// <summary>Starts an action on a turn.</summary>
    public Task Begin(Func<Task> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    protected override IEnumerable<Task> GetScheduledTasks() => _turns;

    protected override void QueueTask(Task task)
    {
        world.CheckThread();
        if (silo is not { IsLost: true })
        {
            _turns.Enqueue(task);
            Wake();
        }
    }

    /// <summary>Runs a continuation of the current turn at once, as activations in Orleans do.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _isRunning && !taskWasPreviouslyQueued && silo is not ({ IsLost: true } or { IsStill: true }) && TryExecuteTask(task);
}
