using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Partitions;

/// <summary>Runs a partition's work of every minute: forgets what has expired, and completes what others left undone.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="ownership">Knows the owners of tasks.</param>
/// <param name="batches">Manages batches.</param>
internal sealed class PartitionSweeper(PartitionContext context, TaskOwnership ownership, PartitionBatches batches) : PartitionPart(context)
{
    private const int ForgetAtOnce = 64;
    private const int SweepAtOnce = 5_000;
    private Task _forgetting = Task.CompletedTask;

    /// <summary>Gets the period of sweeps.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Runs one sweep.</summary>
    public async Task SweepAsync()
    {
        if (Keeper.IsLost)
        {
            return;
        }

        State.Requests.Sweep(Now);
        while (State.Sweep(Now, Silo.Options.Limits.CancelledTaskRetention, SweepAtOnce) && !Keeper.IsLost)
        {
            await CommitAsync();
        }

        if (_forgetting.IsCompleted)
        {
            _forgetting = ForgetRemainsAsync();
        }

        batches.Look();
        EndCalledOff();
        Waker.ForgetVoid();

        // A silo may have been declared dead after that change was processed, and before a grain on it attached.
        await ownership.LookAtSilosAsync();
    }

    /// <summary>
    /// Wakes the tasks of cancelled runs so that these runs end, whenever they are due. They never start, but users see them and wait for
    /// them.
    /// </summary>
    public void EndCalledOff() =>
        Wakes.WakeOnceAsync([.. State.Slots.Where(s => s.Value.Runs is { HasCalledOff: true }).Select(s => s.Key)]).Ignore();

    /// <summary>Removes the histories of removed tasks. What fails now is retried at the next sweep.</summary>
    private async Task ForgetRemainsAsync()
    {
        foreach (var chunk in State.Remains.ToList().Chunk(ForgetAtOnce))
        {
            if (Keeper.IsLost)
            {
                return;
            }

            await Task.WhenAll(chunk.Select(task => Silo.Grains.Refer<ITaskEngine>(task).ForgetAsync().WaitAsync(Period, Silo.Pauses)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
