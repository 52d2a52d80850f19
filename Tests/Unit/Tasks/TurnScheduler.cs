namespace OrleansTasks.Tests.Unit;

/// <summary>Runs the turns of a grain one after another, when the test says so.</summary>
internal sealed class TurnScheduler : TaskScheduler
{
    private readonly Queue<Task> _turns = new();

    /// <summary>Runs all turns, and those that follow from them.</summary>
    public void Run()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (Take() is { } turn)
            {
                TryExecuteTask(turn);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Starts an action on a turn.</summary>
    public Task<T> Begin<T>(Func<Task<T>> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Starts an action on a turn.</summary>
    public Task Begin(Func<Task> action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <summary>Runs an action on a turn, and all turns that follow from it.</summary>
    public Task<T> Do<T>(Func<Task<T>> action)
    {
        var done = Begin(action);
        Run();
        return done;
    }

    /// <summary>Runs an action without a result on a turn, and all turns that follow from it.</summary>
    public Task Do(Func<Task> action)
    {
        var done = Begin(action);
        Run();
        return done;
    }

    protected override IEnumerable<Task> GetScheduledTasks() => _turns;

    protected override void QueueTask(Task task)
    {
        lock (_turns)
        {
            _turns.Enqueue(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    private Task? Take()
    {
        lock (_turns)
        {
            return _turns.TryDequeue(out var turn) ? turn : null;
        }
    }
}
