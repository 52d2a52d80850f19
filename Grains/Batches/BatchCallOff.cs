using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Policies;

namespace OrleansTasks.Batches;

/// <summary>Calls runs of a batch off, with the partitions that may have stored them and the tasks that may have begun them. Has no state: it may be interrupted and repeated.</summary>
internal sealed class BatchCallOff(IGrainFactory grains, int partitions, TimeProvider pauses)
{
    private const int TasksAtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Has partitions see to it that runs do not start from now on.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="indexes">Which of its runs.</param>
    /// <param name="taskOf">Finds the task of a run; null if an earlier version has not kept it.</param>
    /// <param name="failures">Takes what failed; of the runs that it concerns nothing is known.</param>
    /// <returns>Those that no partition has stored, and none will, and the others.</returns>
    public async Task<(IReadOnlyList<int> Free, IReadOnlyList<RunId> Stored)> InPartitionsAsync(Guid batch, int[] indexes, Func<int, string?> taskOf, List<Exception> failures)
    {
        var ids = indexes.ToDictionary(n => n, n => Followers.IdOf(batch.ToString("N"), n));
        var calls = indexes.SelectMany(n => PartitionsOf(taskOf(n)).Select(p => (Partition: p, Index: n))).GroupBy(c => c.Partition, c => c.Index)
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

    /// <summary>Has tasks end the runs that partitions have called off.</summary>
    /// <param name="stored">The runs.</param>
    /// <param name="failures">Takes what failed.</param>
    public async Task InTasksAsync(IReadOnlyList<RunId> stored, List<Exception> failures)
    {
        foreach (var tasks in stored.GroupBy(r => r.Task, r => r.Value, StringComparer.Ordinal).Chunk(TasksAtOnce))
        {
            var told = Task.WhenAll(tasks.Select(t => grains.Refer<ITaskEngine>(t.Key).EndCalledOffAsync([.. t]).WaitAsync(Patience, pauses)));
            await told.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            failures.AddRange(told.Exception?.InnerExceptions ?? []);
        }
    }

    private Task<IReadOnlyList<RunId>> InPartitionAsync(int partition, IReadOnlyList<Guid> runs) => grains.Refer<IPartition>(partition).CallOffRunsAsync(runs).WaitAsync(Patience, pauses);

    /// <summary>Where a run of a task may be stored: anywhere, if the task is not known.</summary>
    private IEnumerable<int> PartitionsOf(string? task) => task is null ? Enumerable.Range(0, partitions) : [PartitionMap.PartitionOf(task, partitions)];
}
