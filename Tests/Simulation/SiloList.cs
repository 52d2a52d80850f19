using System.Collections.Immutable;

namespace OrleansTasks.Simulation;

/// <summary>Which silos there are, as the cluster has it stored.</summary>
/// <param name="Version">Counts its changes.</param>
/// <param name="Alive">Those that take part.</param>
/// <param name="Dead">Those that were declared dead, or have stopped.</param>
internal sealed record SiloList(int Version, ImmutableHashSet<SiloAddress> Alive, ImmutableHashSet<SiloAddress> Dead)
{
    /// <summary>Those that take part, the oldest first.</summary>
    public ImmutableArray<SiloAddress> InOrder { get; } = [.. Alive.OrderBy(static s => s.Endpoint.Port)];
}
