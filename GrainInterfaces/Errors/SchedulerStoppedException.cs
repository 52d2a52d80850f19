namespace OrleansTasks;

/// <summary>The scheduler is not started, so nothing runs.</summary>
[GenerateSerializer, Alias("OrleansTasks.SchedulerStoppedException")]
public sealed class SchedulerStoppedException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task that was to be run.</param>
    public SchedulerStoppedException(string? task)
        : base(task, $"The scheduler is not started, so the task '{task}' was not run. Start it with StartAsync.")
    {
    }
}
