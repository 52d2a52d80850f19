namespace OrleansTasks.Simulation;

/// <summary>Turns that run one after the other when the world says so: those of an activation, or of a silo's threads. Those of a lost silo run no more.</summary>
internal sealed class SimTurns(World world, SimSilo? silo) : TaskScheduler
{
    private readonly Queue<Task> _turns = new();
    private bool _isRunning;

    /// <summary>Whether the world has it in its list.</summary>
    public bool IsListed { get; set; }

    public bool IsReady => _turns.Count > 0 && silo is not { IsStill: true };

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs one turn.</summary>
    /// <returns>Whether there was one.</returns>
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

    /// <summary>Has the world look at it again.</summary>
    public void Wake()
    {
        if (!IsListed && IsReady)
        {
            IsListed = true;
            world.Ready(this);
        }
    }

    /// <summary>Begins something on a turn.</summary>
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

    /// <summary>As with the turns of Orleans' activations, what goes on in the same turns goes on at once.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _isRunning && !taskWasPreviouslyQueued && silo is not ({ IsLost: true } or { IsStill: true }) && TryExecuteTask(task);
}
