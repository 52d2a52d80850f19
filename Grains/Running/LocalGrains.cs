using System.Collections.Concurrent;
using Orleans.Runtime.Placement;

namespace OrleansTasks.Running;

/// <summary>
/// Keeps the grains of the engine that are active on this silo. It notifies them when they are asked to deactivate. When the silo stops, it
/// hands them over while the whole cluster still answers.
/// </summary>
internal sealed class LocalGrains : IActivationWorkingSetObserver
{
    private readonly ConcurrentDictionary<IGrainContext, bool> _grains = new();
    private readonly ConcurrentDictionary<GrainId, bool> _closing = new();

    /// <summary>Gets the task grains that are active here.</summary>
    public IEnumerable<IGrainContext> Tasks => _grains.Keys.Where(g => g.GrainInstance is ILocalTask);

    /// <summary>Gets the partitions that are active here.</summary>
    public IEnumerable<(long Number, ILocalPartition Partition)> Partitions =>
        _grains.Keys.Where(static g => g.GrainInstance is ILocalPartition)
            .Select(static g => (g.GrainId.GetIntegerKey(), (ILocalPartition)g.GrainInstance!));

    /// <summary>Gets how many runs wait in the lines of the tasks that are active here.</summary>
    public long Waiting => _grains.Keys.Sum(static g => (long)((g.GrainInstance as ILocalTask)?.Waiting ?? 0));

    public void Add(IGrainContext grain) => _grains[grain] = true;

    public void Remove(IGrainContext grain) => _grains.TryRemove(grain, out _);

    /// <summary>
    /// Decides whether a partition is active here and was not given up, or still has to store something that only it knows.
    /// </summary>
    public bool HasPartition(int partition) =>
        _grains.Keys.Any(g => g is { GrainInstance: ILocalPartition { IsLost: false } } && g.GrainId.GetIntegerKey() == partition)
        || _closing.Keys.Any(id => id.GetIntegerKey() == partition);

    /// <summary>Deactivates a partition, and waits until it has stored its changes.</summary>
    public Task ReleasePartitionAsync(int partition)
    {
        var grains = _grains.Keys.Where(g => g.GrainInstance is ILocalPartition && g.GrainId.GetIntegerKey() == partition).ToList();
        foreach (var grain in grains)
        {
            grain.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "Calls do not find this activation."),
                CancellationToken.None);
        }

        return Task.WhenAll(grains.Select(g => g.Deactivated));
    }

    /// <summary>
    /// Records that a partition is closing and still has to store its changes. No owner may take it before <see cref="Closed"/>.
    /// </summary>
    public void Closing(GrainId partition) => _closing[partition] = true;

    /// <summary>Records that a partition has stored its changes, or failed to.</summary>
    public void Closed(GrainId partition) => _closing.TryRemove(partition, out _);

    public void OnDeactivating(IActivationWorkingSetMember member)
    {
        if (member is IGrainContext { GrainInstance: ILocalTask task })
        {
            task.OnDeactivating();
        }
    }

    /// <summary>Notifies the grains here that the clock was set forward or back.</summary>
    public void ClockStepped(TimeSpan step)
    {
        foreach (var grain in _grains.Keys.Select(g => g.GrainInstance).OfType<ILocalGrain>())
        {
            grain.OnClockStepped(step);
        }
    }

    /// <summary>Notifies the tasks here that storage has lost something. They check whether it has what they have written.</summary>
    public void StorageWentBack()
    {
        foreach (var task in _grains.Keys.Select(g => g.GrainInstance).OfType<ILocalTask>())
        {
            task.OnStorageWentBack();
        }
    }

    /// <summary>Makes the partitions here stop waking tasks.</summary>
    public void StopWaking()
    {
        foreach (var partition in _grains.Keys.Select(g => g.GrainInstance).OfType<ILocalPartition>())
        {
            partition.StopWaking();
        }
    }

    /// <summary>
    /// Moves the grains of one kind to other silos, and waits until they are gone. Each stays in the grain directory all the time, so a
    /// call from a silo with an outdated address is forwarded. After a mere deactivation, such a call would activate the grain here again.
    /// </summary>
    public Task MoveAsync<T>(CancellationToken ct)
        where T : IGrainBase
    {
        var grains = _grains.Keys.Where(static g => g.GrainInstance is T).ToList();
        foreach (var grain in grains)
        {
            grain.Migrate(null, ct);
        }

        return Task.WhenAll(grains.Select(static g => g.Deactivated)).WaitAsync(ct);
    }

    /// <summary>Moves a partition to a silo, and waits until it is gone from here. It stays in the grain directory all the time.</summary>
    public Task MovePartitionAsync(long partition, SiloAddress target, CancellationToken ct)
    {
        var grains = _grains.Keys.Where(g => g.GrainInstance is ILocalPartition && g.GrainId.GetIntegerKey() == partition).ToList();
        foreach (var grain in grains)
        {
            grain.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = target }, ct);
        }

        return Task.WhenAll(grains.Select(static g => g.Deactivated)).WaitAsync(ct);
    }

    /// <summary>Deactivates the grains of one kind, and waits until they are gone.</summary>
    /// <returns>Their ids.</returns>
    public async Task<IReadOnlyList<GrainId>> DeactivateAsync<T>(CancellationToken ct)
        where T : IGrainBase
    {
        var grains = _grains.Keys.Where(g => g.GrainInstance is T).ToList();
        foreach (var grain in grains)
        {
            grain.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo stops."), ct);
        }

        await Task.WhenAll(grains.Select(g => g.Deactivated)).WaitAsync(ct);
        return [.. grains.Select(g => g.GrainId)];
    }
}
