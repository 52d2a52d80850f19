using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Running;
using OrleansTasks.Tasks;

namespace OrleansTasks.Silos;

/// <summary>Gives this silo's tasks, and after them its partitions, to other silos. Runs under way here stay; the tasks find them again.</summary>
/// <param name="locals">The engine's grains here.</param>
/// <param name="grains">Reaches the partitions where they are then.</param>
internal sealed class SiloHandOver(LocalGrains locals, IGrainFactory grains)
{
    /// <summary>Deactivates them. They become active elsewhere when somebody asks for them.</summary>
    /// <returns>The partitions.</returns>
    public async Task<IReadOnlyList<GrainId>> PutAwayAsync(CancellationToken ct)
    {
        await locals.DeactivateAsync<TaskGrain>(ct);
        return await locals.DeactivateAsync<SchedulerGrain>(ct);
    }

    /// <summary>Moves them while this silo goes on to be part of the cluster.</summary>
    public async Task MoveAsync(CancellationToken ct)
    {
        await locals.MoveAsync<TaskGrain>(ct);
        await locals.MoveAsync<SchedulerGrain>(ct);
    }

    /// <summary>Whether there are any here.</summary>
    public bool HasAny => locals.Tasks.Any() || locals.Partitions.Any();

    /// <summary>Deactivates them, and has the partitions active elsewhere.</summary>
    public async Task ToOthersAsync(CancellationToken ct)
    {
        var partitions = await PutAwayAsync(ct);
        await Task.WhenAll(partitions.Select(p => grains.GetGrain<IPartition>(p).EnsureAsync())).WaitAsync(ct);
    }
}
