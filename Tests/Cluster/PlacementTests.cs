using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using OrleansTasks.Handlers;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests where runs execute, and what happens to them when silos join and leave.</summary>
public sealed class PlacementTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_OfOneHotTask_SpreadsOverAllSilos()
    {
        var all = new TaskCompletionSource();
        var running = 0;
        const int Runs = 60;
        await using var cluster = await TestCluster.StartAsync(3, realTime: true,
            tasks: (tasks, _) => tasks.Define("hot", async (ILocalSiloDetails silo) =>
        {
            if (Interlocked.Increment(ref running) == Runs)
            {
                all.SetResult();
            }

            await all.Task;
            return silo.SiloAddress.ToString();
        }));

        var results = await Task.WhenAll(Enumerable.Range(0, Runs).Select(_ => cluster.Client.RunAsync("hot", ct: Stop)));

        Assert.Equal(3, results.Select(r => r.GetValue<string>()).Distinct().Count());
        Assert.All(results, r => Assert.Equal(r.GetValue<string>(), r.Silo));
        Assert.Equal(Enumerable.Range(1, Runs).Select(n => (long)n), results.Select(r => r.Sequence).Order());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_HandlerOnOneSiloOnly_RunsOnThatSilo()
    {
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, tasks: (tasks, silo) =>
        {
            tasks.Define("common", () => 1);
            if (silo == 1)
            {
                tasks.Define("special", (ILocalSiloDetails local) => local.SiloAddress.ToString());
            }
        });
        var special = cluster.Silos.Single(s => cluster.ServicesOf(s).GetRequiredService<HandlerCatalog>().Names.Contains("special"))
            .SiloAddress.ToString();

        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => cluster.Client.RunAsync("special", ct: Stop)));

        Assert.All(results, r => Assert.Equal(special, r.GetValue<string>()));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_LastSiloWithTheHandlerLeft_StaysPending()
    {
        await using var cluster = await TestCluster.StartAsync(2, realTime: true, storage: new SharedStorage(), tasks: (tasks, silo) =>
        {
            tasks.Define("common", () => 1);
            if (silo >= 1)
            {
                tasks.Define("special", () => 7);
            }
        });
        Assert.Equal(7, await cluster.Client.RunAsync<int>("special", ct: Stop));
        await cluster.StopSiloAsync(
            cluster.Silos.Single(s => cluster.ServicesOf(s).GetRequiredService<HandlerCatalog>().Names.Contains("special")));
        var news = new Happenings();
        var view = cluster.Services(0).GetRequiredService<ClusterView>();
        using var listening = view.Listen(news.Note);
        await news.UntilAsync(() => view.SilosWith("special").IsEmpty);

        var id = await cluster.Client.DispatchAsync("special", ct: Stop);
        var waiting = await cluster.Client.GetRunAsync(id, Stop);
        Assert.Equal(RunStatus.Waiting, waiting!.Status);
        Assert.Contains("'special'", waiting.WaitingFor, StringComparison.Ordinal);
        Assert.False((await cluster.Client.GetTask("special").DescribeAsync(Stop)).HandlerAvailable);
        await cluster.AddSiloAsync();

        Assert.Equal(7, (await cluster.Client.WaitAsync(id, Stop)).GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task KillSilo_WithRuns_RepeatsOnlyAtLeastOnceRuns()
    {
        var started = new ConcurrentDictionary<RunId, ConcurrentQueue<(int Attempt, SiloAddress Silo)>>();
        var starts = new Happenings();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, storage: new SharedStorage(),
            tasks: (tasks, _) => tasks.Define("work", async (TaskRunContext run, ILocalSiloDetails silo) =>
        {
            started.GetOrAdd(run.RunId, _ => new()).Enqueue((run.Attempt, silo.SiloAddress));
            starts.Note();
            await finish.Task;
            return run.Attempt;
        }));
        var most = new List<RunId>();
        var least = new List<RunId>();
        for (var n = 0; n < 12; n++)
        {
            most.Add(
                await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Guarantee = RunGuarantee.AtMostOnce }, ct: Stop));
            least.Add(
                await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce },
                    ct: Stop));
        }

        await starts.UntilAsync(() => started.Count == 24 && started.Values.All(a => !a.IsEmpty));
        var victim = cluster.Silos.First(
            s => started.Values.Any(a => a.First().Silo.Equals(s.SiloAddress)) && !s.SiloAddress.Equals(cluster.Silos[0].SiloAddress));
        var lost = most.Where(r => started[r].First().Silo.Equals(victim.SiloAddress)).ToList();
        var repeated = least.Where(r => started[r].First().Silo.Equals(victim.SiloAddress)).ToList();
        Assert.NotEmpty(lost);
        Assert.NotEmpty(repeated);
        await cluster.KillSiloAsync(victim);

        await starts.UntilAsync(() => repeated.All(r => started[r].Count == 2));
        finish.SetResult();
        foreach (var run in most)
        {
            var result = await cluster.Client.WaitAsync(run, Stop);
            Assert.Equal(lost.Contains(run) ? RunStatus.Lost : RunStatus.Succeeded, result.Status);
            Assert.Single(started[run]);
        }

        foreach (var run in least)
        {
            var result = await cluster.Client.WaitAsync(run, Stop);
            var attempts = started[run].Select(a => a.Attempt).ToList();
            Assert.Equal(result.GetValue<int>(), attempts[^1]);
            Assert.Equal(repeated.Contains(run) ? 2 : 1, attempts.Count);

            // An order to the lost silo without an answer also counts as an attempt, because the silo may have executed it.
            Assert.True(attempts.Order().Distinct().SequenceEqual(attempts), string.Join(", ", attempts));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task StopSilo_WithPeriodicTasks_TasksContinueElsewhere()
    {
        var fired = new ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>>();
        var firings = new Happenings();
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, storage: new SharedStorage(), tasks: (tasks, _) =>
        {
            for (var n = 0; n < 20; n++)
            {
                var name = $"tick-{n}";
                tasks.Every(
                    TimeSpan.FromMilliseconds(200),
                    name,
                    (TaskRunContext run) =>
                    {
                        fired.GetOrAdd(name, _ => new()).Enqueue(run.ScheduledAt);
                        firings.Note();
                    },
                    options: new TaskOptions { Overlap = OverlapPolicy.Allow });
            }
        });
        await firings.UntilAsync(() => fired.Count(f => f.Value.Count >= 3) == 20);

        await cluster.StopSiloAsync(cluster.Silos[^1]);
        var counts = fired.ToDictionary(f => f.Key, f => f.Value.Count);

        // Handlers run concurrently, so that an earlier run may be recorded after a later one.
        await firings.UntilAsync(() => fired.Count(f => f.Value.Count >= counts[f.Key] + 3 && IsWhole(f.Value)) == 20);
        Assert.All(fired.Values, f => Assert.Equal(f.Distinct().Count(), f.Count));

        static bool IsWhole(IEnumerable<DateTimeOffset> instants)
        {
            var all = instants.Distinct().Order().ToList();
            return all.SequenceEqual(Enumerable.Range(0, all.Count).Select(n => all[0] + TimeSpan.FromMilliseconds(200 * n)));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Deactivation_WithRunsInProgress_LosesAndRepeatsNothing()
    {
        var started = new ConcurrentQueue<(RunId Run, RunTrigger Trigger, int Attempt)>();
        var starts = new Happenings();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(2, realTime: true, storage: new SharedStorage(),
            options: o => o.SpreadAbove = 2, tasks: (tasks, _) => tasks
            .Every(TimeSpan.FromMilliseconds(100), "work", async (TaskRunContext run) =>
            {
                started.Enqueue((run.RunId, run.Trigger, run.Attempt));
                starts.Note();
                await finish.Task;
                return run.Attempt;
            }));
        var requested = Enumerable.Range(0, 5).Select(_ => cluster.Client.RunAsync("work", ct: Stop)).ToList();
        var dispatched = new List<RunId>();
        for (var n = 0; n < 6; n++)
        {
            dispatched.Add(
                await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Guarantee = (RunGuarantee)(n % 2) }, ct: Stop));
        }

        await starts.UntilAsync(
            () => started.Count(r => r.Trigger != RunTrigger.Schedule) == 11 && started.Any(r => r.Trigger == RunTrigger.Schedule));
        for (var n = 0; n < 3; n++)
        {
#pragma warning disable xUnit1051 // The overload that takes a token is another method.
            await cluster.Cluster.GetGrain<ITaskGrain>("work").AsReference<IGrainManagementExtension>().DeactivateOnIdle();
#pragma warning restore xUnit1051
            Assert.True((await cluster.Client.GetTask("work").DescribeAsync(Stop)).Running > 0);
        }

        finish.SetResult();
        var results = (await Task.WhenAll(requested)).Concat(await Task.WhenAll(dispatched.Select(r => cluster.Client.WaitAsync(r, Stop))))
            .ToList();
        Assert.All(results, r => Assert.Equal((RunStatus.Succeeded, 1), (r.Status, r.GetValue<int>())));
        Assert.Empty(started.GroupBy(r => r.Run).Where(g => g.Count() > 1).Select(g => g.First()));
        var occurrences = started.Count(r => r.Trigger == RunTrigger.Schedule);
        await starts.UntilAsync(() => started.Count(r => r.Trigger == RunTrigger.Schedule) >= occurrences + 3);
        Assert.All(started, r => Assert.Equal(1, r.Attempt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_GrainDeactivatesMeanwhile_CallEndsAndTheRunContinues()
    {
        var run = new TaskCompletionSource<RunId>();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, realTime: true,
            tasks: (tasks, _) => tasks.Define("work", async (TaskRunContext context) =>
        {
            run.SetResult(context.RunId);
            await finish.Task;
            return 5;
        }));
        var grain = cluster.Cluster.GetGrain<ITaskGrain>("work");
        var call = grain.RunAsync(cancellationToken: Stop);
        var id = await run.Task.WaitAsync(Stop);
#pragma warning disable xUnit1051 // The overload that takes a token is another method.
        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
#pragma warning restore xUnit1051

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.Contains(id.ToString(), failure.Message, StringComparison.Ordinal);
        finish.SetResult();
        Assert.Equal(5, (await cluster.Client.WaitAsync(id, Stop)).GetValue<int>());
    }
}
