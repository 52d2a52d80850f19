using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Partitions;

/// <summary>What a partition does once a minute: forgets what is over, and looks after what others were to do.</summary>
/// <param name="context">What all parts of the partition share.</param>
/// <param name="ownership">Who works on the tasks.</param>
/// <param name="batches">Looks after batches.</param>
internal sealed class PartitionSweeper(PartitionContext context, TaskOwnership ownership, PartitionBatches batches) : PartitionPart(context)
{
    private const int ForgetAtOnce = 64;
    private const int SweepAtOnce = 5_000;
    private Task _forgetting = Task.CompletedTask;

    /// <summary>How often it does.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Sweeps.</summary>
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

        // A silo may have been declared dead after the news of it were looked at and before a grain on it attached.
        await ownership.LookAtSilosAsync();
    }

    /// <summary>
    /// Has runs ended that were called off, whenever they are due: they do not start in any case, but people see them and wait for them.
    /// </summary>
    public void EndCalledOff() => Wakes.WakeOnceAsync([.. State.Slots.Where(s => s.Value.Runs is { HasCalledOff: true }).Select(s => s.Key)]).Ignore();

    /// <summary>Has the histories of tasks removed that are no more; what cannot be now is tried again at the next sweep.</summary>
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
