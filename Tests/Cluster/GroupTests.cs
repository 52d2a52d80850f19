namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests limits that the runs of several tasks share in the whole cluster.</summary>
public sealed class GroupTests
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly Happenings _happened = new();
    private int _running;
    private int _most;
    private int _begun;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MaxConcurrentRuns_OfAGroup_LimitsAllItsTasksOnAllSilos()
    {
        await using var cluster = await StartAsync(3, new RunGroup { MaxConcurrentRuns = 2 });
        var runs = new List<RunId>();
        for (var n = 0; n < 10; n++)
        {
            runs.Add(await cluster.Client.DispatchAsync("a", ct: Stop));
            runs.Add(await cluster.Client.DispatchAsync("b", ct: Stop));
        }

        var asked = cluster.Client.RunAsync("a", ct: Stop);
        await _happened.UntilAsync(() => _begun == 2);
        var waiting = (await Task.WhenAll(runs.Select(r => cluster.Client.GetRunAsync(r, Stop)))).Where(r => r!.Status == RunStatus.Waiting)
            .ToList();
        Assert.True(waiting.Count >= 18, $"{waiting.Count} wait");
        Assert.Contains(waiting, r => r!.WaitingFor == "a place in its group, 'mail'");
        Assert.Equal(2, (await cluster.Client.GetGroupAsync("mail", Stop)).Running);

        _gate.Release(100);
        await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));
        Assert.True((await asked).Successful);
        Assert.Equal((2, 21), (_most, _begun));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RateLimit_OfAGroup_LimitsStartsPerPeriod()
    {
        await using var cluster = await StartAsync(1,
            new RunGroup { RateLimit = new RateLimit { Runs = 3, Period = TimeSpan.FromMinutes(1) } });
        _gate.Release(100);
        var runs = new List<RunId>();
        for (var n = 0; n < 4; n++)
        {
            runs.Add(await cluster.Client.DispatchAsync("a", ct: Stop));
            runs.Add(await cluster.Client.DispatchAsync("b", ct: Stop));
        }

        await _happened.UntilAsync(() => _begun == 3);
        cluster.Clock.Advance(TimeSpan.FromSeconds(59));
        await cluster.Client.GetGroupAsync("mail", Stop);
        Assert.Equal(3, _begun);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await _happened.UntilAsync(() => _begun == 6);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));
        Assert.Equal(8, _begun);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutGroup_WhileRunsWait_StartsMoreAndIsKept()
    {
        var storage = new SharedStorage();
        await using (var first = await StartAsync(1, new RunGroup { MaxConcurrentRuns = 1 }, storage))
        {
            var runs = new[]
            {
                await first.Client.DispatchAsync("a", ct: Stop), await first.Client.DispatchAsync("b", ct: Stop),
                await first.Client.DispatchAsync("b", ct: Stop)
            };
            await _happened.UntilAsync(() => _begun == 1);

            await first.Client.PutGroupAsync("mail", new RunGroup { MaxConcurrentRuns = 3 }, Stop);

            await _happened.UntilAsync(() => _begun == 3);
            _gate.Release(100);
            await Task.WhenAll(runs.Select(r => first.Client.WaitAsync(r, Stop)));
        }

        // With the same code, a limit that was set at run time remains. Different code replaces it.
        await using (var second = await StartAsync(1, new RunGroup { MaxConcurrentRuns = 1 }, storage))
        {
            Assert.Equal(3, (await second.Client.GetGroupAsync("mail", Stop)).Limits.MaxConcurrentRuns);
        }

        await using var third = await StartAsync(1, new RunGroup { MaxConcurrentRuns = 7 }, storage);
        Assert.Equal(7, (await third.Client.GetGroupAsync("mail", Stop)).Limits.MaxConcurrentRuns);
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => third.Client.PutGroupAsync("mail", new RunGroup { MaxConcurrentRuns = 0 }, Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MaxConcurrentRuns_SilosLost_IsKeptAndTheirPlacesAreFreed()
    {
        await using var cluster = await StartAsync(3, new RunGroup { MaxConcurrentRuns = 2 }, new SharedStorage());
        var runs = new List<RunId>();
        for (var n = 0; n < 12; n++)
        {
            runs.Add(await cluster.Client.DispatchAsync(n % 2 == 0 ? "a" : "b", ct: Stop));
        }

        await _happened.UntilAsync(() => _begun >= 2);
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await cluster.KillSiloAsync(cluster.Silos[1]);

        // The handlers of the lost silos continue in this process, but do not count.
        _gate.Release(100);
        for (var n = 0; n < 20; n++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(16));
            await cluster.Client.GetGroupAsync("mail", Stop);
        }

        Assert.All(await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop))), r => Assert.True(r.Successful));
        Assert.InRange(_most, 1, 4);
    }

    private async Task WorkAsync()
    {
        var now = Interlocked.Increment(ref _running);
        for (var most = _most; now > most; most = _most)
        {
            Interlocked.CompareExchange(ref _most, now, most);
        }

        Interlocked.Increment(ref _begun);
        _happened.Note();
        await _gate.WaitAsync(CancellationToken.None);
        Interlocked.Decrement(ref _running);
        _happened.Note();
    }

    private Task<TestCluster> StartAsync(int silos, RunGroup limits, SharedStorage? storage = null) => TestCluster.StartAsync(
        silos,
        (tasks, _) => tasks
            .Group("mail", limits)
            .Define("a", WorkAsync, new TaskOptions { Group = "mail" })
            .Define("b", WorkAsync, new TaskOptions { Group = "mail" }),
        storage: storage);
}
