using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Where runs go, and what becomes of them when silos come and leave.</summary>
public sealed class PlacementTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_OfOneHotTask_SpreadsOverAllSilos()
    {
        var all = new TaskCompletionSource();
        var running = 0;
        const int Runs = 60;
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, tasks: (tasks, _) => tasks.Define("hot", async (ILocalSiloDetails silo) =>
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
    public async Task RunAsync_OfAHandlerThatOneSiloHas_RunsOnThatSilo()
    {
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, tasks: (tasks, silo) =>
        {
            tasks.Define("common", () => 1);
            if (silo == 1)
            {
                tasks.Define("special", (ILocalSiloDetails local) => local.SiloAddress.ToString());
            }
        });
        var special = cluster.Silos.Single(s => cluster.ServicesOf(s).GetRequiredService<HandlerCatalog>().Names.Contains("special")).SiloAddress.ToString();

        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => cluster.Client.RunAsync("special", ct: Stop)));

        Assert.All(results, r => Assert.Equal(special, r.GetValue<string>()));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_WhenTheLastSiloWithItsHandlerHasLeft_WaitsVisiblyForAnother()
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
        await cluster.StopSiloAsync(cluster.Silos.Single(s => cluster.ServicesOf(s).GetRequiredService<HandlerCatalog>().Names.Contains("special")));

        var id = await cluster.Client.DispatchAsync("special", ct: Stop);
        var waiting = await UntilAsync(() => cluster.Client.GetRunAsync(id, Stop), r => r?.WaitingFor?.Contains("'special'", StringComparison.Ordinal) == true);
        Assert.Equal(RunStatus.Waiting, waiting!.Status);
        Assert.False((await cluster.Client.GetTask("special").DescribeAsync(Stop)).HandlerAvailable);
        await cluster.AddSiloAsync();

        Assert.Equal(7, (await cluster.Client.WaitAsync(id, Stop)).GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task StopSilo_WithPeriodicTasks_TheyGoOnElsewhere()
    {
        var fired = new ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>>();
        await using var cluster = await TestCluster.StartAsync(3, realTime: true, storage: new SharedStorage(), tasks: (tasks, _) =>
        {
            for (var n = 0; n < 20; n++)
            {
                var name = $"tick-{n}";
                tasks.Every(TimeSpan.FromMilliseconds(200), name, (TaskRunContext run) => fired.GetOrAdd(name, _ => new()).Enqueue(run.ScheduledAt));
            }
        });
        await UntilAsync(() => Task.FromResult(fired.Count(f => f.Value.Count >= 3)), n => n == 20);

        await cluster.StopSiloAsync(cluster.Silos[^1]);
        var counts = fired.ToDictionary(f => f.Key, f => f.Value.Count);

        await UntilAsync(() => Task.FromResult(fired.Count(f => f.Value.Count >= counts[f.Key] + 3)), n => n == 20);
        Assert.All(fired.Values, f => Assert.Equal(f.Distinct().Count(), f.Count));
    }

    /// <summary>Asks again until the answer is the wanted one; the test's own timeout ends it.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> wanted)
    {
        while (true)
        {
            var answer = await ask();
            if (wanted(answer))
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }
    }
}
