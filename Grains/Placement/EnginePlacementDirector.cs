using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Placement;
using OrleansTasks.Calls;
using OrleansTasks.Running;

namespace OrleansTasks.Placement;

/// <summary>
/// Places the engine's grains on silos that are not drained. It spreads partitions evenly, because all of them become active at about the
/// same time, before silos know how busy the others are. It places the other grains by the host's own placement.
/// </summary>
/// <param name="drained">The silos that take no more grains.</param>
/// <param name="services">Provides the host's own placement.</param>
internal sealed class EnginePlacementDirector(DrainedSilos drained, IServiceProvider services) : IPlacementDirector
{
    private static readonly GrainType _partitions = GrainType.Create(EngineGrains.Partition);
    private readonly PlacementStrategy _usual = services.GetRequiredService<PlacementStrategy>();
    private IPlacementDirector? _director;

    public async Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var undrained = new UndrainedSilos(context, drained);
        if (target.GrainIdentity.Type == _partitions && target.GrainIdentity.TryGetIntegerKey(out var partition, out _) && partition >= 0)
        {
            var silos = undrained.GetCompatibleSilos(target);
            return IPlacementDirector.GetPlacementHint(target.RequestContextData, silos) ?? PartitionSpread.SiloOf(partition, silos);
        }

        _director ??= services.GetRequiredKeyedService<IPlacementDirector>(_usual.GetType());
        var silo = await _director.OnAddActivation(_usual, target, undrained);

        // Some directors return their own silo without checking the list.
        return drained.All.Contains(silo) ? undrained.GetCompatibleSilos(target)[0] : silo;
    }

    /// <summary>Presents the cluster to a director without the drained silos.</summary>
    private sealed class UndrainedSilos(IPlacementContext all, DrainedSilos drained) : IPlacementContext
    {
        public SiloAddress LocalSilo => all.LocalSilo;

        public SiloStatus LocalSiloStatus => all.LocalSiloStatus;

        public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => [.. drained.Without(all.GetCompatibleSilos(target))];

        public IReadOnlyDictionary<ushort, SiloAddress[]> GetCompatibleSilosWithVersions(PlacementTarget target) =>
            all.GetCompatibleSilosWithVersions(target).ToDictionary(v => v.Key, v => v.Value.ToArray());
    }
}
