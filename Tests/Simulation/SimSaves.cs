using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Saves how far attempts are while they execute, as handlers with checkpoints do.</summary>
internal sealed class SimSaves(World world, SimSilo silo)
{
    private const string List = "items";
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Saves from time to time until the attempt has ended.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="order">The order by which the silo has it.</param>
    /// <param name="hasEnded">Returns whether it has ended.</param>
    /// <param name="saved">Receives each checkpoint that is stored.</param>
    public void Begin(Truth.Attempt attempt, RunOrder order, Func<bool> hasEnded, Action<RunCheckpoint> saved)
    {
        attempt.Found = order.Checkpoint?.DoneOf(List) ?? 0;
        silo.Threads.Begin(() => RunAsync(attempt, order, hasEnded, saved)).Ignore();
    }

    private async Task RunAsync(Truth.Attempt attempt, RunOrder order, Func<bool> hasEnded, Action<RunCheckpoint> saved)
    {
        attempt.Asked = attempt.Found;
        var checkpoint = order.Checkpoint ?? new RunCheckpoint();
        while (true)
        {
            await Task.Delay(world.Some(Shortest, Longest), silo.Pauses);
            if (hasEnded())
            {
                return;
            }

            checkpoint = (checkpoint with
            {
                Attempt = order.Attempt,
                Number = checkpoint.Number + 1,
                SavedAt = silo.Time.GetUtcNow()
            }).WithItems(List, ++attempt.Asked);
            if (!await SaveAsync(order, checkpoint, hasEnded))
            {
                return;
            }

            if (hasEnded())
            {
                // A handler that has ended does not hear it.
                return;
            }

            world.Tell($"{silo} is told that {order.RunId} attempt {order.Attempt} has stored {attempt.Asked}");
            attempt.Saved = attempt.Asked;
            saved(checkpoint);
        }
    }

    private async Task<bool> SaveAsync(RunOrder order, RunCheckpoint checkpoint, Func<bool> hasEnded)
    {
        while (!hasEnded())
        {
            try
            {
                await silo.Grains.Task<ITaskEngine>(order.RunId.Task).SaveCheckpointAsync(order.RunId.Value, order.Offer, checkpoint);
                return true;
            }
            catch (CheckpointRefusedException)
            {
                world.Tell($"{silo} may not save {order.RunId} attempt {order.Attempt}");
                return false;
            }
            catch (Exception e) when (SimClient.IsTransient(e))
            {
                await Task.Delay(Pause, silo.Pauses);
            }
        }

        return false;
    }
}
