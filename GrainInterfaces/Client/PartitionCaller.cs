using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>Calls the partitions of the registry: one of them, that of a task, or all.</summary>
/// <param name="calls">Repeats calls that failed because a silo was lost.</param>
/// <param name="grains">Returns references to grains, which cannot be created before Orleans is up.</param>
internal sealed class PartitionCaller(ClusterCalls calls, Func<IGrainFactory> grains)
{
    private int _count;

    /// <summary>Returns the number of partitions, which never changes.</summary>
    public async ValueTask<int> CountAsync(CancellationToken ct)
    {
        if (_count == 0)
        {
            _count = (await CallAsync(0, static g => g.DescribeAsync(), ct).ConfigureAwait(false)).PartitionCount;
        }

        return _count;
    }

    public Task<T> CallAsync<T>(int partition, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct)
    {
        var grain = grains().Refer<ISchedulerGrain>(partition);
        return calls.CallAsync(() => call(grain), ct);
    }

    /// <summary>Calls the partition to which a task belongs.</summary>
    public async Task<T> CallOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct)
    {
        var count = await CountAsync(ct).ConfigureAwait(false);
        return await CallAsync(PartitionMap.PartitionOf(TaskNames.Check(task), count), call, ct).ConfigureAwait(false);
    }

    public async Task<T[]> OnAllAsync<T>(Func<ISchedulerGrain, Task<T>> call, CancellationToken ct)
    {
        var count = await CountAsync(ct).ConfigureAwait(false);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(p => CallAsync(p, call, ct))).ConfigureAwait(false);
    }

    /// <summary>Changes all partitions, with one request id.</summary>
    public Task ChangeAllAsync(Guid request, Func<ISchedulerGrain, Guid, Task> change, CancellationToken ct)
    {
        return OnAllAsync(ChangeAsync, ct);

        async Task<bool> ChangeAsync(ISchedulerGrain grain)
        {
            await change(grain, request).ConfigureAwait(false);
            return true;
        }
    }
}
