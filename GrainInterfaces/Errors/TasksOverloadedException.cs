namespace OrleansTasks;

/// <summary>The exception that is thrown when a bounded queue is full. The same call may succeed later.</summary>
[GenerateSerializer, Alias("OrleansTasks.TasksOverloadedException")]
public sealed class TasksOverloadedException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TasksOverloadedException"/> class.</summary>
    /// <param name="task">The task's name, or null if there is none.</param>
    /// <param name="message">The queue that is full.</param>
    /// <param name="retryAfter">How long to wait before the next attempt.</param>
    public TasksOverloadedException(string? task, string message, TimeSpan retryAfter)
        : base(task, message) => RetryAfter = retryAfter;

    /// <summary>Gets how long to wait before the next attempt.</summary>
    [Id(0)]
    public TimeSpan RetryAfter { get; }
}
