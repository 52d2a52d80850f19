namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of a batch, besides <see cref="IBatchGrain"/>.</summary>
[Alias("OrleansTasks.IBatchEngine")]
internal interface IBatchEngine : IGrainWithGuidKey
{
    /// <summary>Says what a run of the batch came to. Stored when it returns.</summary>
    [Alias("Report")]
    Task ReportAsync(int index, RunStatus status);

    /// <summary>Has the batch go on with what was interrupted.</summary>
    /// <returns>The instant at which it ended; null if it has not, or is being made. Minimum if there is no such batch.</returns>
    [Alias("Resume")]
    Task<DateTimeOffset?> ResumeAsync();

    /// <summary>The tasks of the runs that have not ended.</summary>
    /// <returns>Their names, a limited number of them; none if there is no such batch.</returns>
    [Alias("PendingTasks")]
    Task<IReadOnlyList<string>> PendingTasksAsync();

    /// <summary>Removes the batch.</summary>
    [Alias("Forget")]
    Task ForgetAsync();
}
