using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Simulation;

/// <summary>Simulates a client of the cluster. Like the real client, it asks again until it has an answer.</summary>
/// <param name="world">The world.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="until">When it stops sending new requests.</param>
internal sealed class SimClient(World world, SimCluster cluster, TimeSpan until)
{
    private const int Tries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SimTurns _turns = new(world, null);
    private readonly SimTime _time = new(world, null);

    public World World => world;

    public Truth Truth => cluster.Truth;

    /// <summary>Gets whether it still sends new requests.</summary>
    public bool GoesOn => world.Now < until;

    /// <summary>Gets the world's time.</summary>
    public DateTimeOffset Now => World.Begin + world.Now;

    public static bool IsTransient(Exception e) => ClusterCalls.IsTransient(e) || e is TasksOverloadedException;

    /// <summary>Starts an action beside all others. An unexpected error of the cluster counts as a violation.</summary>
    public void Begin(string what, Func<Task> action) => _turns.Begin(async () =>
    {
        try
        {
            await action();
        }
        catch (Exception e) when (IsTransient(e))
        {
            // It is unknown whether the cluster did it.
        }
        catch (Exception e)
        {
            Truth.Surprises.Add($"{what}: {e.GetType().Name}: {e.Message}");
        }
    }).Ignore();

    /// <summary>Runs an action, and returns a task that ends with it.</summary>
    public Task Do(Func<Task> action) => _turns.Begin(action);

    /// <summary>Waits for a random time, short ones more often than long ones.</summary>
    public Task WaitAsync(TimeSpan least, TimeSpan most) => Task.Delay(world.Some(least, most), _time);

    /// <summary>Returns the partition of a task.</summary>
    public ISchedulerGrain PartitionOf(string task) =>
        cluster.Client.Partition<ISchedulerGrain>(PartitionMap.PartitionOf(task, SimCluster.Partitions));

    /// <summary>Returns the archive with the ended runs of a task.</summary>
    public IRunArchiveGrain ArchiveOf(string task) => cluster.Client.Archive(PartitionMap.PartitionOf(task, SimCluster.Partitions));

    /// <summary>Returns the grain of a task.</summary>
    public ITaskGrain TaskOf(string task) => cluster.Client.Task<ITaskGrain>(task);

    /// <summary>Returns the grain of a group.</summary>
    public IRunGroupGrain GroupOf(string group) => cluster.Client.Group(group);

    /// <summary>Returns the grain of a batch.</summary>
    public IBatchGrain BatchOf(Guid batch) => cluster.Client.Batch(batch);

    /// <summary>Returns the result of a call, or null if it has none within a few seconds.</summary>
    public async Task<T?> TryAsync<T>(Task<T> call)
        where T : class
    {
        try
        {
            return await call.WaitAsync(Patience, _time);
        }
        catch (Exception e) when (IsTransient(e))
        {
            return null;
        }
    }

    /// <summary>Calls the cluster until it answers.</summary>
    /// <param name="call">The call. Its argument says whether the cluster may have executed it before.</param>
    public async Task<T> CallAsync<T>(Func<bool, Task<T>> call)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                return await call(n > 0);
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e) && n < Tries)
            {
                await Task.Delay(Pause, _time);
            }
        }
    }
}
