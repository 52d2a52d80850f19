namespace OrleansTasks;

/// <summary>The exception that is thrown when a run is requested while the scheduler is stopped.</summary>
[GenerateSerializer, Alias("OrleansTasks.SchedulerStoppedException")]
public sealed class SchedulerStoppedException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="SchedulerStoppedException"/> class.</summary>
    /// <param name="task">The name of the requested task.</param>
    public SchedulerStoppedException(string? task)
        : base(task, $"The scheduler is not started, so the task '{task}' was not run. Start it with StartAsync.")
    {
    }
}
