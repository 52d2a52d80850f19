using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests that Orleans continues to serve tasks when clocks step: silos are replaced and join, and grains are activated.</summary>
public sealed class SteppedClockTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 2 * TestCluster.TestTimeout)]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task KilledSilo_AfterClocksWerePutBackOrForward_IsReplaced(int minutes)
    {
        var clock = new SteppedSystemClock();
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(
            3,
            (tasks, _) => tasks.Define("one", () => 1),
            realTime: true,
            services: services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.Configure<ClusterMembershipOptions>(static o =>
                {
                    (o.ProbeTimeout, o.MaxProbeTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
                    (o.NumMissedProbesLimit, o.NumVotesForDeathDeclaration) = (2, 2);
                });
            },
            storage: storage);
        var lost = cluster.Silos[2];
        var views = cluster.Silos.Take(2).Select(s => cluster.ServicesOf(s).GetRequiredService<ClusterView>()).ToList();
        await UntilAllAsync(views, v => v.IsActive(lost.SiloAddress));

        clock.Step(TimeSpan.FromMinutes(minutes));
        await cluster.KillSiloAsync(lost);

        await UntilAllAsync(views, v => v.IsGone(lost.SiloAddress));

        // The first call may have gone to the lost silo. Then it is repeated.
        Assert.Equal(1,
            await cluster.Client.RunAsync<int>("one", options: new RunOptions { Guarantee = RunGuarantee.AtLeastOnce }, ct: Stop));

        // A silo may join once the clock is correct again. Orleans takes the start time of a silo from the machine's clock, which does not
        // step here, so that both clocks must agree by then.
        clock.Step(TimeSpan.FromMinutes(-minutes));
        var next = await cluster.AddSiloAsync();
        await UntilAllAsync(views, v => v.IsActive(next.SiloAddress));
    }

    private static async Task UntilAllAsync(List<ClusterView> views, Func<ClusterView, bool> isSo)
    {
        var happenings = new Happenings();
        var running = views.Select(v => v.Listen(happenings.Note)).ToList();
        await happenings.UntilAsync(() => views.All(isSo));
        running.ForEach(r => r.Dispose());
    }

    /// <summary>Represents the system's clock with steps forward and back, which do not affect timers and timestamps.</summary>
    private sealed class SteppedSystemClock : TimeProvider
    {
        private long _offset;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

        public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
    }
}
