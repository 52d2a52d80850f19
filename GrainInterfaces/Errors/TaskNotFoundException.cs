namespace OrleansTasks;

/// <summary>There is no task of that name.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskNotFoundException")]
public sealed class TaskNotFoundException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The name that was asked for.</param>
    public TaskNotFoundException(string task)
        : base(task, $"There is no task '{task}'. Define it on a silo, or register it with ScheduleAsync.")
    {
    }
}
