using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Wakes task grains: activates them and makes them ask their partition for a briefing.</summary>
/// <param name="silo">The services that all partitions on the silo share.</param>
/// <param name="partition">Tells whether the partition may act.</param>
/// <param name="state">The data in memory.</param>
internal sealed class WakeCalls(PartitionServices silo, IPartitionPresence partition, PartitionState state)
{
    private const int WakesAtOnce = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    // A call that is sent to a silo at the moment when it is found dead may never be answered, and may not even be reported as failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Tells the grains of tasks, where they are active, that something about them has changed.</summary>
    public void WakeChanged(IEnumerable<string> tasks) => WakeAndWaitAsync([.. tasks]).Ignore();

    /// <summary>
    /// Tells the grains of tasks the same, whether they are active or not. A grain that cannot be reached now is told at the next sweep.
    /// </summary>
    public Task WakeOnceAsync(IReadOnlyCollection<string> tasks) => Task.WhenAll(tasks.Take(WakesAtOnce).Select(TryWakeAsync));

    /// <summary>
    /// Tells the grains of tasks the same, and waits until they know. For a grain that does not answer, it waits no longer than one try
    /// takes.
    /// </summary>
    public async Task WakeAndWaitAsync(IReadOnlyList<string> tasks)
    {
        foreach (var chunk in tasks.Where(t => state.Slots.TryGetValue(t, out var s) && s.Owner != TaskSlot.Ownership.None)
            .Chunk(WakesAtOnce))
        {
            var woken = await Task.WhenAll(chunk.Select(TryWakeAsync));
            WakeUntilAwake(chunk.Where((_, i) => !woken[i]));
        }
    }

    /// <summary>Wakes task grains wherever they can be activated, and retries until it succeeds.</summary>
    public void WakeUntilAwake(IEnumerable<string> tasks) => WakeAllAsync([.. tasks]).Ignore();

    /// <summary>Wakes task grains wherever they can be activated, and retries until it succeeds.</summary>
    public async Task WakeAllAsync(IReadOnlyCollection<string> tasks)
    {
        foreach (var chunk in tasks.Chunk(WakesAtOnce))
        {
            // A grain that does not answer delays the others of its chunk no longer than one try takes.
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
            // Any failure counts: a task that is not woken does not fire.
            LogNotWoken(silo.Log, ClusterCalls.IsTransient(e) ? LogLevel.Debug : LogLevel.Warning, task, e.Message);
            return false;
        }
    }
}
