namespace OrleansTasks;

/// <summary>
/// Assigns places to the runs of a group. The grain's key is the group's name. <see cref="ITaskClient"/> is easier to use.
/// </summary>
[Alias("OrleansTasks.IRunGroupGrain")]
public interface IRunGroupGrain : IGrainWithStringKey
{
    /// <summary>Returns the current state of the group.</summary>
    /// <returns>The group.</returns>
    [Alias("Describe")]
    Task<RunGroupInfo> DescribeAsync();

    /// <summary>
    /// Sets the limits of the group's runs from now on. Active runs continue. The limits are stored when the call returns.
    /// </summary>
    /// <param name="limits">The limits.</param>
    /// <param name="request">The id of the request. The caller creates it and sends the same id with each repetition, so that the request
    /// takes effect once and each repetition gets the first answer. Default: empty, which makes each call a separate request.</param>
    /// <returns>The group.</returns>
    /// <exception cref="InvalidTaskException">A limit is out of range.</exception>
    /// <exception cref="TasksOverloadedException">The group is new, and there are too many groups.</exception>
    [Alias("Put")]
    Task<RunGroupInfo> PutAsync(RunGroup limits, Guid request = default);
}
