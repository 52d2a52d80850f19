using System.Collections.Immutable;
using Orleans.Metadata;

namespace OrleansTasks.Simulation;

/// <summary>Provides empty manifests, because the simulated handlers have no parameters.</summary>
internal sealed class SimManifests : IClusterManifestProvider
{
    public static readonly SimManifests None = new();

    public ClusterManifest Current { get; } = new(MajorMinorVersion.Zero, ImmutableDictionary<SiloAddress, GrainManifest>.Empty);

    public IAsyncEnumerable<ClusterManifest> Updates => throw new NotSupportedException();

    public GrainManifest LocalGrainManifest => throw new NotSupportedException();
}
