namespace OrleansTasks;

/// <summary>The value that a handler returned cannot be sent; the run fails with this.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskValueException")]
public sealed class TaskValueException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="message">What is wrong with the value, and what to do.</param>
    /// <param name="inner">The serializer's own error.</param>
    public TaskValueException(string task, string message, Exception? inner = null)
        : base(task, message, inner)
    {
    }
}
