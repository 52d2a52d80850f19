namespace OrleansTasks;

/// <summary>A task of that name exists already, or the state of things forbids what was asked.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskConflictException")]
public sealed class TaskConflictException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name; null if it is about something else.</param>
    /// <param name="message">What forbids it.</param>
    public TaskConflictException(string? task, string message)
        : base(task, message)
    {
    }
}
