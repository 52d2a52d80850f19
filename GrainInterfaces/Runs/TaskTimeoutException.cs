namespace OrleansTasks;

/// <summary>A run did not end within its timeout, and was cancelled.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskTimeoutException")]
public sealed class TaskTimeoutException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="run">The run.</param>
    /// <param name="timeout">The timeout that was over.</param>
    public TaskTimeoutException(RunId run, TimeSpan timeout)
        : base(run.Task, $"The run {run} did not end within {timeout} and was cancelled.")
    {
        RunId = run;
        Timeout = timeout;
    }

    /// <summary>The run.</summary>
    [Id(0)]
    public RunId RunId { get; }

    /// <summary>The timeout that was over.</summary>
    [Id(1)]
    public TimeSpan Timeout { get; }
}
