using System.Collections.Immutable;

namespace OrleansTasks.Simulation;

/// <summary>
/// Keeps sets of silos in the same order in each repetition. The default hash codes of addresses differ between processes.
/// </summary>
internal sealed class SiloOrder : IEqualityComparer<SiloAddress>
{
    private static readonly SiloOrder Order = new();

    public static ImmutableHashSet<SiloAddress> Of(IEnumerable<SiloAddress> silos) => silos.ToImmutableHashSet(Order);

    public bool Equals(SiloAddress? x, SiloAddress? y) => x is null ? y is null : x.Equals(y);

    public int GetHashCode(SiloAddress obj) => obj.Endpoint.Port;
}
