using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Running;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests a silo that is drained and resumed.</summary>
[Long]
public sealed class DrainTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DrainAsync_OneOfThreeSilos_MovesPartitionsAndTasksAndFinishesItsRuns()
    {
        var at = new ConcurrentDictionary<RunId, string>();
        var starts = new Happenings();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, storage: new SharedStorage(), tasks: (tasks, _) =>
        {
            tasks.Define("long", async (TaskRunContext run, ILocalSiloDetails silo) =>
            {
                at[run.RunId] = silo.SiloAddress.ToString();
                starts.Note();
                await finish.Task;
                return run.Attempt;
            });
            tasks.Define("where", (ILocalSiloDetails silo) => silo.SiloAddress.ToString());
        });
        var runs = new List<RunId>();
        for (var n = 0; n < 30; n++)
        {
            runs.Add(
                await cluster.Client.DispatchAsync("long", options: new DispatchOptions { Guarantee = RunGuarantee.AtMostOnce }, ct: Stop));
        }

        await starts.UntilAsync(() => at.Count == 30);
        var before = await cluster.Client.GetSilosAsync(Stop);
        Assert.Equal(16, before.Sum(s => s.Partitions));
        Assert.Equal(30, before.Sum(s => s.Running));
        var target = before.MaxBy(s => s.Partitions)!.Silo;

        var drained = await cluster.Client.DrainAsync(target, Stop);

        Assert.True(drained.IsDrained);
        Assert.Equal(0, drained.Partitions);
        Assert.Equal(at.Values.Count(s => s == target), drained.Running);
        var after = await cluster.Client.GetSilosAsync(Stop);
        Assert.Equal([target], after.Where(s => s.IsDrained).Select(s => s.Silo));
        Assert.Equal(16, after.Sum(s => s.Partitions));
        Assert.True((await cluster.Client.GetOverviewAsync(Stop)).Silos.Single(s => s.Silo == target).IsDrained);
        var elsewhere = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => cluster.Client.RunAsync<string>("where", ct: Stop)));
        Assert.DoesNotContain(target, elsewhere);

        // Since then, silos that still located the partitions on the drained silo have asked them.
        await cluster.Client.GetSchedulerAsync(Stop);
        Assert.Equal(0, (await cluster.Client.GetSilosAsync(Stop)).Single(s => s.Silo == target).Partitions);

        finish.SetResult();
        foreach (var run in runs)
        {
            var result = await cluster.Client.WaitAsync(run, Stop);
            Assert.Equal((RunStatus.Succeeded, 1), (result.Status, result.GetValue<int>()));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DrainAsync_OnlySilo_RunsStayPendingUntilItIsResumed()
    {
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks.Define("work", () => 7));
        var silo = Assert.Single(await cluster.Client.GetSilosAsync(Stop)).Silo;

        var drained = await cluster.Client.DrainAsync(silo, Stop);
        Assert.Equal((true, 16), (drained.IsDrained, drained.Partitions));
        var id = await cluster.Client.DispatchAsync("work", ct: Stop);
        var waiting = await cluster.Client.GetRunAsync(id, Stop);
        Assert.Equal(RunStatus.Waiting, waiting!.Status);
        Assert.Contains("drained", waiting.WaitingFor, StringComparison.Ordinal);
        var awaited = cluster.Client.RunAsync<int>("work", ct: Stop);

        Assert.False((await cluster.Client.ResumeAsync(silo, Stop)).IsDrained);

        Assert.Equal(7, (await cluster.Client.WaitAsync(id, Stop)).GetValue<int>());
        Assert.Equal(7, await awaited);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DrainAsync_OnlySilo_MovesEverythingToTheNextSiloThatJoins()
    {
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, storage: new SharedStorage(), logs: logs,
            tasks: (tasks, _) => tasks.Define("where", (ILocalSiloDetails silo) => silo.SiloAddress.ToString()));
        var first = cluster.Silos[0].SiloAddress.ToString();
        Assert.Equal(16, (await cluster.Client.DrainAsync(first, Stop)).Partitions);
        var id = await cluster.Client.DispatchAsync("where", ct: Stop);
        Assert.Equal((1, 0), (logs.Count(542), logs.Count(541)));

        var second = (await cluster.AddSiloAsync()).SiloAddress.ToString();

        await logs.UntilAsync(541, 1);
        Assert.Equal(second, (await cluster.Client.WaitAsync(id, Stop)).GetValue<string>());
        await cluster.Client.GetSchedulerAsync(Stop);
        var silos = await cluster.Client.GetSilosAsync(Stop);
        Assert.Equal((0, 16), (silos.Single(s => s.Silo == first).Partitions, silos.Single(s => s.Silo == second).Partitions));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DrainAsync_SilosThatJoinLater_LearnOfIt_AndForgetItWithTheSilo()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true, storage: new SharedStorage(),
            tasks: (tasks, _) => tasks.Define("where", (ILocalSiloDetails silo) => silo.SiloAddress.ToString()));
        var target = cluster.Silos[1];
        await cluster.Client.DrainAsync(target.SiloAddress.ToString(), Stop);

        var joined = await cluster.AddSiloAsync();
        var view = cluster.ServicesOf(joined).GetRequiredService<ClusterView>();
        var news = new Happenings();
        using (view.Listen(news.Note))
        {
            await news.UntilAsync(() => view.Drained.Contains(target.SiloAddress) && view.TakersOf("where").Length == 2);
            Assert.Equal(3, view.SilosWith("where").Length);
            await cluster.StopSiloAsync(target);
            await news.UntilAsync(() => view.Drained.IsEmpty);
        }

        Assert.Equal(16, (await cluster.Client.GetSilosAsync(Stop)).Sum(s => s.Partitions));
    }

    /// <summary>A silo that joins or is resumed gets its share of the partitions, and tasks continue in the meantime.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Silo_JoinedOrResumed_ReceivesItsShareOfPartitions()
    {
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(
            2, realTime: true, storage: new SharedStorage(), logs: logs,
            options: static o => o.BalancePartitionsAfter = TimeSpan.FromSeconds(1),
            tasks: static (tasks, _) => tasks.Define("work", static (int n) => n));
        await cluster.AddSiloAsync();
        await RunManyAsync(cluster);
        await UntilEvenAsync(cluster, logs);
        var partitions = await PartitionsAsync(cluster);
        Assert.Equal([5, 5, 6], partitions);

        var target = cluster.Silos[0].SiloAddress.ToString();
        Assert.Equal(0, (await cluster.Client.DrainAsync(target, Stop)).Partitions);
        await cluster.Client.ResumeAsync(target, Stop);
        await UntilEvenAsync(cluster, logs);
        partitions = await PartitionsAsync(cluster);
        Assert.Equal([5, 5, 6], partitions);
        await RunManyAsync(cluster);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DrainAsync_UnknownSilo_NamesTheExistingSilos()
    {
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks.Define("work", () => 7));

        var error = await Assert.ThrowsAsync<SiloNotFoundException>(() => cluster.Client.DrainAsync("S10.0.0.1:1:1", Stop));

        Assert.Equal("S10.0.0.1:1:1", error.Silo);
        Assert.Contains(cluster.Silos[0].SiloAddress.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunsTasks_OnASilo_DeterminesItsHandlers()
    {
        var number = -1;
        await using var cluster = await TestCluster.StartAsync(
            2,
            (tasks, _) =>
                tasks.Define("mail", (ILocalSiloDetails silo) => silo.SiloAddress.ToString())
                    .Define("report", (ILocalSiloDetails silo) => silo.SiloAddress.ToString()),
            realTime: true,
            options: o => o.RunsTasks = Interlocked.Increment(ref number) == 0 ? "" : "*,!nothing");
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(n => cluster.Client.RunAsync<string>(n % 2 == 0 ? "mail" : "report", ct: Stop)));

        Assert.Single(runs.Distinct());
        Assert.Single((await cluster.Client.GetHandlersAsync(Stop)).Single(h => h.Name == "mail").Silos);
    }

    private static async Task UntilEvenAsync(TestCluster cluster, LogWatch logs)
    {
        for (var moved = logs.Count(546); await PartitionsAsync(cluster) is var now && now[^1] - now[0] > 1; moved = logs.Count(546))
        {
            await logs.UntilAsync(546, moved + 1);
        }
    }

    private static async Task<int[]> PartitionsAsync(TestCluster cluster)
    {
        // A partition that has answered is active, wherever it has moved.
        await cluster.Client.GetSchedulerAsync(Stop);
        return [.. (await cluster.Client.GetSilosAsync(Stop)).Select(static s => s.Partitions).Order()];
    }

    private static async Task RunManyAsync(TestCluster cluster)
    {
        var values =
            await Task.WhenAll(Enumerable.Range(0, 60).Select(n => cluster.Client.RunAsync<int>("work", TaskArguments.Of(n), ct: Stop)));
        Assert.Equal(Enumerable.Range(0, 60), values);
    }
}
