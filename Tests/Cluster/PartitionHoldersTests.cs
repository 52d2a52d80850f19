using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Partitions;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests whether a silo may take a partition from another one.</summary>
public sealed class PartitionHoldersTests
{
    private const int Released = 152;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 2 * TestCluster.TestTimeout)]
    public async Task MayTakeAsync_RepeatedForAnUnroutedSilo_MakesItReleaseThePartition()
    {
        var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks.Define("one", () => 1), realTime: true,
            storage: new SharedStorage(), logs: logs);
        var info = await cluster.Client.GetSchedulerAsync(Stop);
        var held = info.Partitions[0];
        var holder = cluster.Silos.Single(s => s.SiloAddress.ToString() == held.Silo);
        var other = cluster.ServicesOf(cluster.Silos.Single(s => s != holder)).GetRequiredService<PartitionHolders>();

        while (!await other.MayTakeAsync(held.Partition, holder.SiloAddress))
        {
            Assert.Equal(0, logs.Count(Released));
        }

        Assert.Equal(1, logs.Count(Released));
        Assert.Equal(1, await cluster.Client.RunAsync<int>("one", ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MayTakeAsync_LivingOwner_IsFalseUntilItIsLost()
    {
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks.Define("one", () => 1), realTime: true,
            storage: new SharedStorage());
        var info = await cluster.Client.GetSchedulerAsync(Stop);
        var holder = cluster.Silos[1];
        var other = cluster.ServicesOf(cluster.Silos[0]).GetRequiredService<PartitionHolders>();
        var held = info.Partitions.FirstOrDefault(p => p.Silo == holder.SiloAddress.ToString())?.Partition;
        var elsewhere = info.Partitions.FirstOrDefault(p => p.Silo != holder.SiloAddress.ToString())?.Partition;

        Assert.True(await other.MayTakeAsync(1_000_000, holder.SiloAddress));
        if (elsewhere is { } free)
        {
            Assert.True(await other.MayTakeAsync(free, holder.SiloAddress));
        }

        if (held is { } partition)
        {
            Assert.False(await other.MayTakeAsync(partition, holder.SiloAddress));
        }

        await cluster.KillSiloAsync(holder);
        Assert.True(await other.MayTakeAsync(held ?? 0, holder.SiloAddress));

        // The first call may have gone to the lost silo. Then it is repeated.
        Assert.Equal(1,
            await cluster.Client.RunAsync<int>("one", options: new RunOptions { Guarantee = RunGuarantee.AtLeastOnce }, ct: Stop));
    }
}
