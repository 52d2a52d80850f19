using System.Collections.Immutable;

namespace OrleansTasks.Simulation;

/// <summary>Represents the membership of the cluster, as it is stored.</summary>
/// <param name="Version">The version, which grows with each change.</param>
/// <param name="Alive">The active silos.</param>
/// <param name="Dead">The silos that were declared dead or have stopped.</param>
internal sealed record SiloList(int Version, ImmutableHashSet<SiloAddress> Alive, ImmutableHashSet<SiloAddress> Dead)
{
    /// <summary>Gets the active silos, oldest first.</summary>
    public ImmutableArray<SiloAddress> InOrder { get; } = [.. Alive.OrderBy(static s => s.Endpoint.Port)];
}
