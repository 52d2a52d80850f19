using OrleansTasks.Grains;
using OrleansTasks.Policies;

namespace OrleansTasks.Batches;

/// <summary>
/// Cancels runs of a batch in the partitions that may have stored them and the tasks that may have started them. It has no state: it may be
/// interrupted and repeated.
/// </summary>
/// <param name="silo">The services that all batches on the silo share.</param>
/// <param name="batch">The batch's id.</param>
internal sealed class BatchCallOff(BatchServices silo, Guid batch)
{
    /// <summary>The number of runs that are cancelled at once.</summary>
    public const int AtOnce = 500;

    /// <summary>Makes partitions prevent runs from starting from now on.</summary>
    /// <param name="indexes">The indexes of the runs in the batch.</param>
    /// <param name="taskOf">Returns the task of a run; null if an earlier version has not kept it.</param>
    /// <param name="failures">Receives errors. Nothing is known about the runs that an error concerns.</param>
    /// <returns>The runs that no partition has stored or will store, and the others.</returns>
    public async Task<(IReadOnlyList<int> Free, IReadOnlyList<RunId> Stored)> InPartitionsAsync(int[] indexes, Func<int, string?> taskOf,
        List<Exception> failures)
    {
        var ids = indexes.ToDictionary(n => n, n => Followers.IdOf(batch.ToString("N"), n));
        var calls = indexes.SelectMany(n => PartitionsOf(taskOf(n)).Select(p => (Partition: p, Index: n)))
            .GroupBy(c => c.Partition, c => c.Index)
            .Select(c => (Indexes: c.ToList(), Stored: InPartitionAsync(c.Key, [.. c.Select(n => ids[n])]))).ToList();
        var unsure = new HashSet<int>();
        var stored = new List<RunId>();
        foreach (var call in calls)
        {
            try
            {
                stored.AddRange(await call.Stored);
            }
            catch (Exception e)
            {
                failures.Add(e);
                unsure.UnionWith(call.Indexes);
            }
        }

        var found = stored.Select(r => r.Value).ToHashSet();
        return ([.. indexes.Where(n => !unsure.Contains(n) && !found.Contains(ids[n]))], stored);
    }

    /// <summary>Makes tasks end the runs that partitions have cancelled.</summary>
    /// <param name="stored">The runs.</param>
    /// <param name="failures">Receives errors.</param>
    public async Task InTasksAsync(IReadOnlyList<RunId> stored, List<Exception> failures)
    {
        foreach (var tasks in stored.GroupBy(r => r.Task, r => r.Value, StringComparer.Ordinal).Chunk(BatchDispatcher.AtOnce))
        {
            var told = Task.WhenAll(
                tasks.Select(t => silo.Runs.EndCalledOffAsync(t.Key, [.. t]).WaitAsync(BatchDispatcher.Patience, silo.Pauses)));
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(told.Exception?.InnerExceptions ?? []);
        }
    }

    private async Task<IReadOnlyList<RunId>> InPartitionAsync(int partition, IReadOnlyList<Guid> runs) =>
        await silo.Runs.CallOffAsync(partition, runs).WaitAsync(BatchDispatcher.Patience, silo.Pauses);

    /// <summary>Returns where a run of a task may be stored: in any partition, if the task is not known.</summary>
    private IEnumerable<int> PartitionsOf(string? task) =>
        task is null ? Enumerable.Range(0, silo.Options.Partitions) : [PartitionMap.PartitionOf(task, silo.Options.Partitions)];
}
