namespace OrleansTasks;

/// <summary>The exception that is thrown when no task has the given name.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskNotFoundException")]
public sealed class TaskNotFoundException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskNotFoundException"/> class.</summary>
    /// <param name="task">The requested name.</param>
    public TaskNotFoundException(string task)
        : base(task, $"There is no task '{task}'. Define it on a silo, or register it with ScheduleAsync.")
    {
    }
}
