namespace OrleansTasks;

/// <summary>The exception that is thrown when a run did not end within its timeout. The run is cancelled.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskTimeoutException")]
public sealed class TaskTimeoutException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskTimeoutException"/> class.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="timeout">The timeout that expired.</param>
    public TaskTimeoutException(RunId run, TimeSpan timeout)
        : base(run.Task, $"The run {run} did not end within {timeout} and was cancelled. Allow more time with "
            + $"{nameof(RunOptions)}.{nameof(RunOptions.Timeout)}, or make the handler faster.")
    {
        RunId = run;
        Timeout = timeout;
    }

    /// <summary>Gets the run's id.</summary>
    [Id(0)]
    public RunId RunId { get; }

    /// <summary>Gets the timeout that expired.</summary>
    [Id(1)]
    public TimeSpan Timeout { get; }
}
