namespace OrleansTasks;

/// <summary>
/// The exception that is thrown when a task of the same name exists, or when the current state does not allow the operation.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.TaskConflictException")]
public sealed class TaskConflictException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskConflictException"/> class.</summary>
    /// <param name="task">The task's name, or null if the conflict is about something else.</param>
    /// <param name="message">The state that does not allow the operation.</param>
    public TaskConflictException(string? task, string message)
        : base(task, message)
    {
    }
}
