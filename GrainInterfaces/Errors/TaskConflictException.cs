namespace OrleansTasks;

/// <summary>A task of that name exists already, or its state forbids what was asked.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskConflictException")]
public sealed class TaskConflictException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="message">What forbids it.</param>
    public TaskConflictException(string task, string message)
        : base(task, message)
    {
    }
}
