namespace OrleansTasks.Simulation;

/// <summary>A part of what is asked of the cluster in a history, with what is judged of it in the end.</summary>
/// <param name="client">Who asks.</param>
internal abstract class Load(SimClient client)
{
    protected SimClient Client => client;

    protected World World => client.World;

    protected Truth Truth => client.Truth;

    /// <summary>Tasks that it needs besides those that each history has.</summary>
    public virtual IEnumerable<TaskPlan> OwnTasks => [];

    /// <summary>Changes how a task is registered.</summary>
    public virtual TaskPlan Shape(TaskPlan task) => task;

    /// <summary>Changes how a run is dispatched.</summary>
    public virtual DispatchOptions Shape(DispatchOptions options) => options;

    /// <summary>Does what is to be done before tasks are registered.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Begins to ask.</summary>
    /// <param name="tasks">The tasks, which may not be registered yet.</param>
    public virtual void Begin(IReadOnlyList<TaskPlan> tasks)
    {
    }

    /// <summary>Asks, when all is well again, what the cluster says.</summary>
    /// <param name="judgement">Takes it.</param>
    public virtual Task ReadAsync(Judgement judgement) => Task.CompletedTask;

    /// <summary>Judges.</summary>
    /// <param name="judgement">What the cluster said, and takes what is not as it should be.</param>
    public virtual void Judge(Judgement judgement)
    {
    }
}
