using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>What Orleans does for tasks goes on when clocks are put back or forward: silos are replaced and join, and grains are activated.</summary>
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

        // The first call may have gone to the silo that was lost; then it is made once more.
        Assert.Equal(1, await cluster.Client.RunAsync<int>("one", options: new RunOptions { Guarantee = RunGuarantee.AtLeastOnce }, ct: Stop));

        // One that comes when they were set right may join. Orleans notes when it began by the machine's clock, which is not stepped here: it must agree with this one then.
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

    /// <summary>The system's clock, which can be put forward and back; timers and timestamps do not notice.</summary>
    private sealed class SteppedSystemClock : TimeProvider
    {
        private long _offset;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

        public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
    }
}
