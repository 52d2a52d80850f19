namespace OrleansTasks.Calls;

/// <summary>Defines the engine's own calls to a batch, in addition to <see cref="IBatchGrain"/>.</summary>
[Alias("OrleansTasks.IBatchEngine")]
internal interface IBatchEngine : IGrainWithGuidKey
{
    /// <summary>Reports the status with which a run of the batch ended. It is stored when the call returns.</summary>
    [Alias("Report")]
    Task ReportAsync(int index, RunStatus status);

    /// <summary>Makes the batch continue interrupted work.</summary>
    /// <returns>
    /// The instant at which it ended, or null if it has not, or is being created. The minimum value if there is no such batch.
    /// </returns>
    [Alias("Resume")]
    Task<DateTimeOffset?> ResumeAsync();

    /// <summary>Returns the tasks of the runs that have not ended.</summary>
    /// <returns>A limited number of their names, or none if there is no such batch.</returns>
    [Alias("PendingTasks")]
    Task<IReadOnlyList<string>> PendingTasksAsync();

    /// <summary>Removes the batch.</summary>
    [Alias("Forget")]
    Task ForgetAsync();
}
