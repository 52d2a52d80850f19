using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests limits on concurrent runs and on rates in the whole cluster, and which waiting runs begin first. The handlers count.
/// </summary>
public sealed class LimitTests
{
    private readonly SemaphoreSlim _release = new(0);
    private readonly Channel<string> _started = Channel.CreateUnbounded<string>();
    private int _running;
    private int _most;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MaxConcurrentRuns_OnThreeSilos_IsKeptInTheWholeCluster()
    {
        await using var cluster = await StartAsync(3, new TaskOptions { MaxConcurrentRuns = 4 }, o => o.SpreadAbove = 0);

        var runs = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => cluster.Client.DispatchAsync("work", [$"{n}"], ct: Stop)));
        for (var n = 0; n < 4; n++)
        {
            await _started.Reader.ReadAsync(Stop);
        }

        var waiting = (await Task.WhenAll(runs.Select(r => cluster.Client.GetRunAsync(r, Stop)))).Where(r => r!.Status == RunStatus.Waiting)
            .ToList();
        Assert.Equal(26, waiting.Count);
        Assert.Contains(waiting, w => w!.WaitingFor == "one of the 4 places of its task");
        _release.Release(30);
        var results = await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));

        Assert.All(results, r => Assert.Equal(RunStatus.Succeeded, r.Status));
        Assert.Equal(4, _most);
        Assert.True(results.Select(r => r.Silo).Distinct().Count() > 1);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MaxConcurrentRuns_RunsFailOrAreCancelled_FreesTheirPlaces()
    {
        await using var cluster = await StartAsync(1, new TaskOptions { MaxConcurrentRuns = 1 });
        var first = await cluster.Client.DispatchAsync("work", ["first"], ct: Stop);
        Assert.Equal("first", await _started.Reader.ReadAsync(Stop));
        var second = await cluster.Client.DispatchAsync("work", ["second"], ct: Stop);
        var third = cluster.Client.RunAsync("work", ["fail"], ct: Stop);
        var fourth = cluster.Client.RunAsync("work", ["fourth"], ct: Stop);

        Assert.True(await cluster.Client.CancelRunAsync(second, Stop));
        Assert.True(await cluster.Client.CancelRunAsync(first, Stop));

        // Wait until the handler has seen its cancellation. Otherwise it would take the release that is meant for another run.
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(first, Stop)).Status);

        // Either run may begin first.
        _release.Release();
        Assert.Equal(RunStatus.Failed, (await third).Status);
        Assert.Equal(RunStatus.Succeeded, (await fourth).Status);
        Assert.Equal(1, _most);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RateLimit_OfATask_LimitsStartsPerPeriod()
    {
        await using var cluster = await StartAsync(1,
            new TaskOptions { RateLimit = new RateLimit { Runs = 3, Period = TimeSpan.FromMinutes(1) } });
        _release.Release(100);
        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => cluster.Client.DispatchAsync("work", [$"{n}"], ct: Stop)));

        for (var period = 0; period < 3; period++)
        {
            for (var n = 0; n < (period < 2 ? 3 : 2); n++)
            {
                await _started.Reader.ReadAsync(Stop);
            }

            var waiting = (await Task.WhenAll(runs.Select(r => cluster.Client.GetRunAsync(r, Stop)))).Where(
                r => r!.Status == RunStatus.Waiting).ToList();
            Assert.Equal(Math.Max(0, 5 - (3 * period)), waiting.Count);
            Assert.All(waiting, w => Assert.Equal("its task's rate, 3 in 00:01:00", w!.WaitingFor));
            cluster.Clock.Advance(TimeSpan.FromSeconds(59));
            await cluster.Client.GetTask("work").DescribeAsync(Stop);
            Assert.False(_started.Reader.TryRead(out _));
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var results = await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));
        Assert.Equal([3, 3, 2], results.GroupBy(r => r.StartedAt).OrderBy(g => g.Key).Select(g => g.Count()));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Priority_OfWaitingRuns_DeterminesTheStartOrder()
    {
        await using var cluster = await StartAsync(1, new TaskOptions { MaxConcurrentRuns = 1 });
        await cluster.Client.DispatchAsync("work", ["first"], ct: Stop);
        Assert.Equal("first", await _started.Reader.ReadAsync(Stop));
        foreach (var (name, priority) in new[] { ("low", RunPriority.Low), ("normal", RunPriority.Normal), ("high", RunPriority.High) })
        {
            await cluster.Client.DispatchAsync("work", [name], new DispatchOptions { Priority = priority }, Stop);
        }

        var order = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            _release.Release();
            order.Add(await _started.Reader.ReadAsync(Stop));
        }

        Assert.Equal(["high", "normal", "low"], order);
        _release.Release();
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Priority_OfRunsWaitingOnASilo_AppliesAcrossTasks()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("work", WorkAsync).Define("urgent", WorkAsync, new TaskOptions { Priority = RunPriority.High }),
            options: o => o.MaxConcurrentRuns = 1);
        await cluster.Client.DispatchAsync("work", ["first"], ct: Stop);
        Assert.Equal("first", await _started.Reader.ReadAsync(Stop));
        var runs = new List<RunId>
        {
            await cluster.Client.DispatchAsync("work", ["second"], ct: Stop),
            await cluster.Client.DispatchAsync("urgent", ["urgent"], ct: Stop)
        };

        // The answer shows that the grain has had its turn, so that the run is in the silo's queue.
        Assert.All(await Task.WhenAll(runs.Select(r => cluster.Client.GetRunAsync(r, Stop))),
            r => Assert.Equal(RunStatus.Waiting, r!.Status));
        _release.Release();
        Assert.Equal("urgent", await _started.Reader.ReadAsync(Stop));
        _release.Release();
        Assert.Equal("second", await _started.Reader.ReadAsync(Stop));
        _release.Release();
    }

    private Task<TestCluster> StartAsync(int silos, TaskOptions options, Action<TasksOptions>? silo = null) =>
        TestCluster.StartAsync(silos, (tasks, _) => tasks.Define("work", WorkAsync, options), options: silo);

    private async Task WorkAsync(string name, CancellationToken stop)
    {
        var running = Interlocked.Increment(ref _running);
        int most;
        do
        {
            most = Volatile.Read(ref _most);
        }
        while (running > most && Interlocked.CompareExchange(ref _most, running, most) != most);

        try
        {
            _started.Writer.TryWrite(name);
            if (name == "fail")
            {
                throw new InvalidOperationException("It fails.");
            }

            await _release.WaitAsync(stop);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
