namespace OrleansTasks;

/// <summary>The exception that is thrown when a task is cancelled. It can run again after its name is registered again.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskCancelledException")]
public sealed class TaskCancelledException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskCancelledException"/> class.</summary>
    /// <param name="task">The task's name.</param>
    public TaskCancelledException(string task)
        : base(task, $"The task '{task}' was cancelled. Register it again to revive it.")
    {
    }
}
