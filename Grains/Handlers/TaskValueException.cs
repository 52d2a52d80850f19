namespace OrleansTasks;

/// <summary>The exception with which a run fails when its handler's return value cannot be sent.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskValueException")]
public sealed class TaskValueException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskValueException"/> class.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="message">What is wrong with the value, and what to do.</param>
    /// <param name="inner">The serializer's exception.</param>
    public TaskValueException(string task, string message, Exception? inner = null)
        : base(task, message, inner)
    {
    }
}
