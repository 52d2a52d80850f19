using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Running;
using OrleansTasks.Tasks;

namespace OrleansTasks.Silos;

/// <summary>
/// Gives this silo's tasks, and then its partitions, to other silos. Its active runs stay, and the tasks find them again.
/// </summary>
/// <param name="locals">The engine's grains here.</param>
/// <param name="grains">Calls the partitions on their new silos.</param>
internal sealed class SiloHandOver(LocalGrains locals, IGrainFactory grains)
{
    /// <summary>Deactivates the tasks and partitions. They are activated elsewhere when they are called.</summary>
    /// <returns>The partitions.</returns>
    public async Task<IReadOnlyList<GrainId>> PutAwayAsync(CancellationToken ct)
    {
        await locals.DeactivateAsync<TaskGrain>(ct);
        return await locals.DeactivateAsync<SchedulerGrain>(ct);
    }

    /// <summary>Moves the tasks and partitions while this silo remains part of the cluster.</summary>
    public async Task MoveAsync(CancellationToken ct)
    {
        await locals.MoveAsync<TaskGrain>(ct);
        await locals.MoveAsync<SchedulerGrain>(ct);
    }

    /// <summary>Gets whether this silo has tasks or partitions.</summary>
    public bool HasAny => locals.Tasks.Any() || locals.Partitions.Any();

    /// <summary>Deactivates the tasks and partitions, and activates the partitions on other silos.</summary>
    public async Task ToOthersAsync(CancellationToken ct)
    {
        var partitions = await PutAwayAsync(ct);
        await Task.WhenAll(partitions.Select(p => grains.GetGrain<IPartition>(p).EnsureAsync())).WaitAsync(ct);
    }
}
