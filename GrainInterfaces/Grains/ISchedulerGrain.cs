namespace OrleansTasks;

/// <summary>Keeps one partition of the registry; the grain's key is the partition's number, from 0.</summary>
/// <remarks><see cref="ITaskClient"/> asks the right partitions, and all of them where that is needed.</remarks>
[Alias("OrleansTasks.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithIntegerKey
{
    /// <summary>The partition as it stands.</summary>
    /// <returns>The partition.</returns>
    [Alias("Describe")]
    Task<PartitionInfo> DescribeAsync();

    /// <summary>Puts a task into the registry, or replaces or revives the one of that name. Stored when it returns.</summary>
    /// <param name="registration">The task.</param>
    /// <param name="expectedRevision">The revision that the task must have now; null: any, or none.</param>
    /// <returns>The task, and whether it is new.</returns>
    /// <exception cref="InvalidTaskException">The registration is not valid, or names a handler that no silo has.</exception>
    /// <exception cref="TaskConflictException">The task exists and was only to be created, or has another revision.</exception>
    [Alias("Register")]
    Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null);

    /// <summary>Tasks of this partition, in order of their names.</summary>
    /// <param name="query">Which.</param>
    /// <returns>At most as many as the query's limit, or 1,000.</returns>
    [Alias("List")]
    Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query);

    /// <summary>Lets this partition's tasks run.</summary>
    /// <returns>When it is stored.</returns>
    [Alias("Start")]
    Task StartAsync();

    /// <summary>Stops firing; runs under way end.</summary>
    /// <returns>When it is stored.</returns>
    [Alias("Stop")]
    Task StopAsync();

    /// <summary>Cancels everything in this partition and removes all tasks and pending runs.</summary>
    /// <returns>When it is stored.</returns>
    [Alias("Clear")]
    Task ClearAsync();
}
