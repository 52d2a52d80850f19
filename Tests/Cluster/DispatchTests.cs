namespace OrleansTasks.Tests.Cluster;

public sealed class DispatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_Now_RunsAndItsResultCanBeAwaited()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("double", (int n) => 2 * n));

        var id = await cluster.Client.DispatchAsync("double", [21], ct: Stop);
        var result = await cluster.Client.WaitAsync(id, Stop);

        Assert.Equal(id, result.RunId);
        Assert.Equal(42, result.GetValue<int>());
        Assert.Equal(RunTrigger.Dispatch, result.Trigger);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_ThousandsEndTogether_HistoryIsWrittenWithinItsPeriod()
    {
        const int Runs = 4_500;
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("noop", () => { }), storage: storage);
        bool IsHistory(string record) => record.StartsWith("history", StringComparison.Ordinal);

        await Task.WhenAll(Enumerable.Range(0, Runs).Select(_ => cluster.Client.DispatchAsync("noop", ct: Stop)));

        // The clock stands still, so that a periodic write would never happen.
        await storage.Changes.UntilAsync(() => storage.Keys.Any(IsHistory));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(30)]
    [InlineData(3 * 60 * 60)]
    public async Task DispatchAsync_WithADelay_RunsAtItsExactInstant(int seconds)
    {
        var ran = new TaskCompletionSource<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(3,
            (tasks, _) => tasks.Define("later", (TaskRunContext run) => ran.SetResult(run.ScheduledAt)));
        var delay = TimeSpan.FromSeconds(seconds);

        var id = await cluster.Client.DispatchAsync("later", options: new DispatchOptions { Delay = delay }, ct: Stop);
        var waiting = cluster.Client.WaitAsync(id, Stop);
        Assert.Equal(RunStatus.Pending, (await cluster.Client.GetRunAsync(id, Stop))!.Status);
        cluster.Clock.Advance(delay - TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Pending, (await cluster.Client.GetRunAsync(id, Stop))!.Status);
        Assert.False(ran.Task.IsCompleted);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TestCluster.Start + delay, await ran.Task.WaitAsync(Stop));
        var result = await waiting;
        Assert.Equal(TestCluster.Start + delay, result.ScheduledAt);
        Assert.Equal(TestCluster.Start + delay, result.StartedAt);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_UniqueForAPeriod_RunsOncePerArguments()
    {
        var ran = new System.Collections.Concurrent.ConcurrentBag<int>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("count", (int n) => ran.Add(n)));
        var options = new DispatchOptions { UniqueFor = TimeSpan.FromHours(1) };

        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cluster.Client.DispatchAsync("count", [1], options, Stop)));
        var other = await cluster.Client.DispatchAsync("count", [2], options, Stop);
        var always = await cluster.Client.DispatchAsync("count", [1], ct: Stop);
        foreach (var id in ids.Append(other).Append(always))
        {
            await cluster.Client.WaitAsync(id, Stop);
        }

        cluster.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(ids[0], await cluster.Client.DispatchAsync("count", [1], options, Stop));
        cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        var later = await cluster.Client.DispatchAsync("count", [1], options, Stop);
        await cluster.Client.WaitAsync(later, Stop);

        Assert.Equal(4, ids.Append(other).Append(always).Append(later).Distinct().Count());
        Assert.Equal([1, 1, 1, 2], ran.Order());
        var both =
            await Assert.ThrowsAsync<InvalidTaskException>(
                () => cluster.Client.DispatchAsync("count", [1],
                    options with { IdempotencyKey = "k", IdempotencyRetention = TimeSpan.FromDays(500) }, Stop));
        Assert.Contains("Both UniqueFor and IdempotencyKey", both.Message, StringComparison.Ordinal);
        Assert.Contains("IdempotencyRetention is 500.00:00:00", both.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_WithAnIdempotencyKeyOfAShortRetention_RunsAgainAfterIt()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("one", () => 1));
        var options = new DispatchOptions { IdempotencyKey = "k", IdempotencyRetention = TimeSpan.FromMinutes(10) };
        var first = await cluster.Client.DispatchAsync("one", options: options, ct: Stop);
        await cluster.Client.WaitAsync(first, Stop);

        cluster.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(first, await cluster.Client.DispatchAsync("one", options: options, ct: Stop));
        cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotEqual(first, await cluster.Client.DispatchAsync("one", options: options, ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_WithAnIdempotencyKey_RunsOnce()
    {
        var runs = 0;
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("count", () => Interlocked.Increment(ref runs)));
        var options = new DispatchOptions { IdempotencyKey = "order-17" };

        var ids =
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cluster.Client.DispatchAsync("count", options: options, ct: Stop)));
        await cluster.Client.WaitAsync(ids[0], Stop);
        var again = await cluster.Client.DispatchAsync("count", options: options, ct: Stop);
        var other = await cluster.Client.DispatchAsync("count", options: options with { IdempotencyKey = "order-18" }, ct: Stop);
        await cluster.Client.WaitAsync(other, Stop);

        Assert.Single(ids.Append(again).Distinct());
        Assert.NotEqual(again, other);
        Assert.Equal(2, runs);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelRunAsync_RunNotDueYet_PreventsIt()
    {
        var runs = 0;
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("later", () => Interlocked.Increment(ref runs)));

        var id = await cluster.Client.DispatchAsync("later", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop);
        Assert.Equal(id, Assert.Single(await cluster.Client.GetTask("later").RunsAsync(ct: Stop)).RunId);
        Assert.True(await cluster.Client.CancelRunAsync(id, Stop));
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(id, Stop)).Status);
        Assert.False(await cluster.Client.CancelRunAsync(id, Stop));

        var next = await cluster.Client.DispatchAsync("later",
            options: new DispatchOptions { At = TestCluster.Start + TimeSpan.FromHours(2) }, ct: Stop);
        cluster.Clock.Advance(TimeSpan.FromHours(2));
        await cluster.Client.WaitAsync(next, Stop);
        Assert.Equal(1, runs);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelRunAsync_RunningRun_CancelsItsToken()
    {
        var started = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(3, (tasks, _) => tasks.Define("wait", async (CancellationToken stop) =>
        {
            started.SetResult();
            await RunTests.Ended(stop);
            stop.ThrowIfCancellationRequested();
        }));

        var id = await cluster.Client.DispatchAsync("wait", ct: Stop);
        await started.Task.WaitAsync(Stop);
        Assert.True(await cluster.Client.CancelRunAsync(id, Stop));
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(id, Stop)).Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_ContradictoryOptions_ListsAllFaults()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("x", () => 1));

        var fault = await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.DispatchAsync(
            "x", options: new DispatchOptions { At = TestCluster.Start, Delay = TimeSpan.FromSeconds(-1), IdempotencyKey = "" }, ct: Stop));

        Assert.Equal(3, fault.Faults.Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitAsync_UnknownRun_ThrowsATypedError()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("x", () => 1));
        var id = RunId.New("x", cluster.Clock);

        Assert.Equal(id, (await Assert.ThrowsAsync<RunNotFoundException>(() => cluster.Client.WaitAsync(id, Stop))).RunId);
        Assert.Null(await cluster.Client.GetRunAsync(id, Stop));
        Assert.False(await cluster.Client.CancelRunAsync(id, Stop));
    }
}
