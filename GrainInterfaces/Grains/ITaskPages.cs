using Orleans.Concurrency;

namespace OrleansTasks.Grains;

/// <summary>What the client reads of a task page by page, so that no answer is larger than a message may be.</summary>
[Alias("OrleansTasks.ITaskPages")]
internal interface ITaskPages : IGrainWithStringKey
{
    /// <summary>A part of the runs of a task, the newest first; those that have not ended come before those that have.</summary>
    [Alias("RunsPage"), ReadOnly]
    Task<RunsPage> RunsPageAsync(RunsPageQuery query);
}
