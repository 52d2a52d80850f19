namespace OrleansTasks;

/// <summary>A bounded queue is full; the same call may succeed later.</summary>
[GenerateSerializer, Alias("OrleansTasks.TasksOverloadedException")]
public sealed class TasksOverloadedException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name; null if there is none.</param>
    /// <param name="message">Which queue is full.</param>
    /// <param name="retryAfter">When to try again.</param>
    public TasksOverloadedException(string? task, string message, TimeSpan retryAfter)
        : base(task, message) => RetryAfter = retryAfter;

    /// <summary>How long to wait before the next try.</summary>
    [Id(0)]
    public TimeSpan RetryAfter { get; }
}
