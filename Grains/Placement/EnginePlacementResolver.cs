using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orleans.Metadata;
using Orleans.Runtime.Placement;
using OrleansTasks.Calls;

namespace OrleansTasks.Placement;

/// <summary>
/// Resolves the placement of the engine's grains. An attribute would put it into the manifest, where silos of an earlier version would find
/// a name that they do not know.
/// </summary>
internal sealed class EnginePlacementResolver : IPlacementStrategyResolver
{
    private static readonly ImmutableHashSet<GrainType> _types = [.. EngineGrains.Placed.Select(GrainType.Create)];

    public bool TryResolvePlacementStrategy(GrainType grainType, GrainProperties? properties,
        [NotNullWhen(true)] out PlacementStrategy? result)
    {
        result = _types.Contains(grainType) ? EnginePlacement.Instance : null;
        return result is not null;
    }
}
