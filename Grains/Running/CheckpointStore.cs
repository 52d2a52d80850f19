using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Records;

namespace OrleansTasks.Running;

/// <summary>Has the task of an attempt store what the attempt saves, and repeats that while silos or storage fail.</summary>
/// <param name="run">The attempt.</param>
/// <param name="grains">Finds the task.</param>
/// <param name="time">The clock of pauses.</param>
internal sealed class CheckpointStore(RunningRun run, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Stores a checkpoint.</summary>
    public async Task SaveAsync(RunCheckpoint checkpoint)
    {
        var (id, since) = (run.Order.RunId, time.GetTimestamp());
        while (true)
        {
            try
            {
                await grains.Refer<ITaskEngine>(id.Task).SaveCheckpointAsync(id.Value, run.Order.Offer, checkpoint).ConfigureAwait(false);
                run.NoteSaved(checkpoint);
                return;
            }
            catch (CheckpointRefusedException)
            {
                // A cancelled run ends as cancelled.
                run.StopToken.ThrowIfCancellationRequested();
                throw;
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                if (time.GetElapsedTime(since) >= Patience)
                {
                    throw new TaskStorageException($"The checkpoint of {id} could not be stored for {Patience}. Try again, or go on: "
                        + $"the next save contains it. The last failure: {e.Message}", e);
                }

                await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
