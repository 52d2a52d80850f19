using Orleans.Concurrency;

namespace OrleansTasks.Grains;

/// <summary>Defines what the client reads from a task page by page, so that no answer exceeds the size of a message.</summary>
[Alias("OrleansTasks.ITaskPages")]
internal interface ITaskPages : IGrainWithStringKey
{
    /// <summary>Returns a part of the runs of a task, the newest first. Runs that have not ended come before those that have.</summary>
    [Alias("RunsPage"), ReadOnly]
    Task<RunsPage> RunsPageAsync(RunsPageQuery query);
}
