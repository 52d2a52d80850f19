using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Simulation;

/// <summary>Somebody outside the cluster who asks it for all sorts of things, and asks again while it does not answer, as the real client does.</summary>
/// <param name="world">The world.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="until">Until when new things are asked for.</param>
internal sealed class SimClient(World world, SimCluster cluster, TimeSpan until)
{
    private const int Tries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SimTurns _turns = new(world, null);
    private readonly SimTime _time = new(world, null);

    public World World => world;

    public Truth Truth => cluster.Truth;

    /// <summary>Whether new things are still asked for.</summary>
    public bool GoesOn => world.Now < until;

    /// <summary>What the world's clock shows.</summary>
    public DateTimeOffset Now => World.Begin + world.Now;

    public static bool IsTransient(Exception e) => ClusterCalls.IsTransient(e) || e is TasksOverloadedException;

    /// <summary>Does something beside all else. What the cluster says meanwhile, and should not, is a violation.</summary>
    public void Begin(string what, Func<Task> action) => _turns.Begin(async () =>
    {
        try
        {
            await action();
        }
        catch (Exception e) when (IsTransient(e))
        {
            // Nobody knows whether it was done.
        }
        catch (Exception e)
        {
            Truth.Surprises.Add($"{what}: {e.GetType().Name}: {e.Message}");
        }
    }).Ignore();

    /// <summary>Does something, and says when it is done.</summary>
    public Task Do(Func<Task> action) => _turns.Begin(action);

    /// <summary>Lets some time pass, short ones more often than long ones.</summary>
    public Task WaitAsync(TimeSpan least, TimeSpan most) => Task.Delay(world.Some(least, most), _time);

    /// <summary>The partition of a task.</summary>
    public ISchedulerGrain PartitionOf(string task) => cluster.Client.Partition<ISchedulerGrain>(PartitionMap.PartitionOf(task, SimCluster.Partitions));

    /// <summary>What is kept of the ended runs of a task.</summary>
    public IRunArchiveGrain ArchiveOf(string task) => cluster.Client.Archive(PartitionMap.PartitionOf(task, SimCluster.Partitions));

    /// <summary>A task.</summary>
    public ITaskGrain TaskOf(string task) => cluster.Client.Task<ITaskGrain>(task);

    /// <summary>A group of tasks.</summary>
    public IRunGroupGrain GroupOf(string group) => cluster.Client.Group(group);

    /// <summary>A batch.</summary>
    public IBatchGrain BatchOf(Guid batch) => cluster.Client.Batch(batch);

    /// <summary>What a call comes to within a few seconds; null if nothing.</summary>
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

    /// <summary>Calls, and calls again while the cluster does not answer.</summary>
    /// <param name="call">The call; it is told whether it may have been acted upon before.</param>
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
