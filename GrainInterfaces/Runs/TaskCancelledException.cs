namespace OrleansTasks;

/// <summary>The task was cancelled and can no longer be run, until its name is registered again.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskCancelledException")]
public sealed class TaskCancelledException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name.</param>
    public TaskCancelledException(string task)
        : base(task, $"The task '{task}' was cancelled. Registering its name again revives it.")
    {
    }
}
