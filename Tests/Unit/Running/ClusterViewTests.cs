using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Metadata;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests what a silo knows about the others.</summary>
public sealed class ClusterViewTests
{
    [Fact]
    public async Task Run_ListenerThrows_NotifiesTheOthersAndContinues()
    {
        var updates = Channel.CreateUnbounded<ClusterManifest>();
        var manifest = new ClusterManifest(MajorMinorVersion.Zero, ImmutableDictionary<SiloAddress, GrainManifest>.Empty);
        var manifests = FakeOf<IClusterManifestProvider>.New()
            .On("get_Current", _ => manifest)
            .On("get_Updates", _ => updates.Reader.ReadAllAsync(CancellationToken.None));
        var membership = FakeOf<IClusterMembershipService>.New()
            .On("get_CurrentSnapshot",
                static _ => new ClusterMembershipSnapshot(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(1)))
            .On("get_MembershipUpdates", static _ => AsyncEnumerable.Empty<ClusterMembershipSnapshot>());
        var local = FakeOf<ILocalSiloDetails>.New().On("get_SiloAddress", static _ => TaskRig.Here);
        var view = new ClusterView(manifests.Face, membership.Face, local.Face, new DrainedSilos(local.Face),
            NullLogger<ClusterView>.Instance);
        var told = 0;
        using var failing = view.Listen(static () => throw new InvalidOperationException("It does not want to know."));
        using var listening = view.Listen(() => told++);
        updates.Writer.TryWrite(manifest);
        updates.Writer.TryWrite(manifest);
        updates.Writer.Complete();

        await view.RunAsync(CancellationToken.None);

        Assert.Equal(2, told);
        Assert.Equal([TaskRig.Here], view.Alive);
    }
}
