using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Batches;

/// <summary>Calls the grains of tasks and partitions. Batches reach them only through this class.</summary>
internal sealed class BatchRuns(IGrainFactory grains) : IBatchRuns
{
    public Task<TaskInfo> DescribeAsync(string task) => grains.Refer<ITaskGrain>(task).DescribeAsync();

    public Task<RunId> DispatchAsync(string task, DispatchRequest request) => grains.Refer<ITaskGrain>(task).DispatchAsync(request);

    public Task EndCalledOffAsync(string task, IReadOnlyList<Guid> runs) => grains.Refer<ITaskEngine>(task).EndCalledOffAsync(runs);

    public Task<IReadOnlyList<RunId>> CallOffAsync(int partition, IReadOnlyList<Guid> runs) =>
        grains.Refer<IPartition>(partition).CallOffRunsAsync(runs);

    public Task NoteBatchAsync(int partition, Guid batch) => grains.Refer<IPartition>(partition).AddBatchAsync(batch);

    public Task MadeBatchAsync(int partition, Guid batch) => grains.Refer<IPartition>(partition).MadeBatchAsync(batch);

    public Task<bool> ExpectsBatchAsync(int partition, Guid batch) => grains.Refer<IPartition>(partition).ExpectsBatchAsync(batch);
}
