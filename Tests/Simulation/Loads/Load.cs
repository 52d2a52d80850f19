namespace OrleansTasks.Simulation;

/// <summary>Represents one kind of requests in a history, with the checks for it.</summary>
/// <param name="client">The client.</param>
internal abstract class Load(SimClient client)
{
    protected SimClient Client => client;

    protected World World => client.World;

    protected Truth Truth => client.Truth;

    /// <summary>Gets the tasks that it needs in addition to those of each history.</summary>
    public virtual IEnumerable<TaskPlan> OwnTasks => [];

    /// <summary>Changes the registration of a task.</summary>
    public virtual TaskPlan Shape(TaskPlan task) => task;

    /// <summary>Changes the options of a dispatched run.</summary>
    public virtual DispatchOptions Shape(DispatchOptions options) => options;

    /// <summary>Runs before the tasks are registered.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Starts the requests.</summary>
    /// <param name="tasks">The tasks, which may not be registered yet.</param>
    public virtual void Begin(IReadOnlyList<TaskPlan> tasks)
    {
    }

    /// <summary>Queries the cluster after recovery.</summary>
    /// <param name="judgement">Receives the answers.</param>
    public virtual Task ReadAsync(Judgement judgement) => Task.CompletedTask;

    /// <summary>Checks the answers.</summary>
    /// <param name="judgement">Has the answers, and receives the violations.</param>
    public virtual void Judge(Judgement judgement)
    {
    }
}
