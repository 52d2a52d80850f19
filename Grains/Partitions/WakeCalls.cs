using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Wakes task grains: has them come into memory, and ask their partition what there is.</summary>
/// <param name="silo">What all partitions on the silo share.</param>
/// <param name="partition">Whether something may be done.</param>
/// <param name="state">What is in memory.</param>
internal sealed class WakeCalls(PartitionServices silo, IPartitionPresence partition, PartitionState state)
{
    private const int WakesAtOnce = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    // A call that is sent to a silo the moment it is found dead may never be answered, nor be said to have failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Tells the grains of tasks, where they are active, that something about them has changed.</summary>
    public void WakeChanged(IEnumerable<string> tasks) => WakeAndWaitAsync([.. tasks]).Ignore();

    /// <summary>Tells the grains of tasks the same, whether they are active or not. One that cannot be told now is told at the next sweep.</summary>
    public Task WakeOnceAsync(IReadOnlyCollection<string> tasks) => Task.WhenAll(tasks.Take(WakesAtOnce).Select(TryWakeAsync));

    /// <summary>The same, and waits until they know; for one that does not answer no longer than it takes to try once.</summary>
    public async Task WakeAndWaitAsync(IReadOnlyList<string> tasks)
    {
        foreach (var chunk in tasks.Where(t => state.Slots.TryGetValue(t, out var s) && s.Owner != TaskSlot.Ownership.None).Chunk(WakesAtOnce))
        {
            var woken = await Task.WhenAll(chunk.Select(TryWakeAsync));
            WakeUntilAwake(chunk.Where((_, i) => !woken[i]));
        }
    }

    /// <summary>Wakes task grains wherever they can be activated, however often that has to be tried.</summary>
    public void WakeUntilAwake(IEnumerable<string> tasks) => WakeAllAsync([.. tasks]).Ignore();

    /// <summary>Wakes task grains wherever they can be activated, however often that has to be tried.</summary>
    public async Task WakeAllAsync(IReadOnlyCollection<string> tasks)
    {
        foreach (var chunk in tasks.Chunk(WakesAtOnce))
        {
            // One that does not answer keeps the others of its chunk no longer than it takes to be tried once.
            await Task.WhenAny(Task.WhenAll(chunk.Select(WakeAsync)), Task.Delay(Patience, silo.Pauses));
        }
    }

    private async Task WakeAsync(string task)
    {
        while (!await TryWakeAsync(task))
        {
            await Task.Delay(RetryAfter, silo.Pauses);
            if (partition.IsLost || !state.Slots.ContainsKey(task))
            {
                return;
            }
        }
    }

    private async Task<bool> TryWakeAsync(string task)
    {
        try
        {
            await silo.Grains.Refer<ITaskEngine>(task).WakeAsync().WaitAsync(Patience, silo.Pauses);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it was: a task that is not woken does not fire.
            LogNotWoken(silo.Log, ClusterCalls.IsTransient(e) ? LogLevel.Debug : LogLevel.Warning, task, e.Message);
            return false;
        }
    }
}
