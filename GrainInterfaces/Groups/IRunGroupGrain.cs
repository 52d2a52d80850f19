namespace OrleansTasks;

/// <summary>Gives the runs of a group their places; the grain's key is the group's name. <see cref="ITaskClient"/> is the comfortable way.</summary>
[Alias("OrleansTasks.IRunGroupGrain")]
public interface IRunGroupGrain : IGrainWithStringKey
{
    /// <summary>The group as it stands.</summary>
    /// <returns>The group.</returns>
    [Alias("Describe")]
    Task<RunGroupInfo> DescribeAsync();

    /// <summary>Sets what the group's runs may do from now on; those under way go on. Stored when it returns.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="request">
    /// The id of the request, made by the caller and the same each time it is repeated, so that it is acted upon once and answered as the first time. Default: empty, each call is a request of its own.
    /// </param>
    /// <returns>The group.</returns>
    /// <exception cref="InvalidTaskException">A limit is out of range.</exception>
    /// <exception cref="TasksOverloadedException">It would be a further group, and there are too many.</exception>
    [Alias("Put")]
    Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request = default);
}
