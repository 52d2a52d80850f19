namespace OrleansTasks.Tests.Cluster;

/// <summary>An item that is too large for a stream or for the history does not affect other items.</summary>
/// <remarks>Runs on real time: the stream provider's pulling agents use the grains' clock, and would stop with it.</remarks>
public sealed class LargeItemTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Error_OfManyMegabytes_IsTruncatedAndDelaysNothing()
    {
        await using var cluster = await StartAsync();
        await using var results = await cluster.Client.SubscribeResultsAsync(ct: Stop);
        await using var broadcasts = await cluster.Client.SubscribeBroadcastsAsync(Stop);

        var failed = await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("fail", [40 << 20], ct: Stop), Stop);
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => cluster.Client.RunAsync("echo", [n], ct: Stop)));
        for (var n = 0; n < 20; n++)
        {
            await cluster.Client.BroadcastAsync(n, Stop);
        }

        Assert.Equal((RunStatus.Failed, 8_192), (failed.Status, failed.Error!.Length));
        Assert.EndsWith("(cut; 41,943,040 characters)", failed.Error, StringComparison.Ordinal);
        Assert.InRange(failed.Stack!.Length, 1_000, 32_768);
        Assert.Equal(Enumerable.Range(0, 20), (await broadcasts.Take(20).ToListAsync(Stop)).Select(b => b.GetValue<int>()));
        var heard = await results.Take(21).ToListAsync(Stop);
        Assert.Equal(others.Select(o => o.RunId).Append(failed.RunId).ToHashSet(), heard.Select(r => r.RunId).ToHashSet());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Values_TooLargeForAStream_ReachSubscribersFromTheHistory()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxValueSize = 8 << 20);
        await using var ofAll = await cluster.Client.SubscribeResultsAsync(ct: Stop);
        await using var ofTask = await cluster.Client.SubscribeResultsAsync("large", ct: Stop);

        await Task.WhenAll(
            Enumerable.Range(1, 3).Select(n => cluster.Client.RunAsync("large", [n * (1 << 20)], ct: Stop))
                .Append(cluster.Client.RunAsync("echo", [7], ct: Stop)));

        var sizes = (await ofTask.Take(3).ToListAsync(Stop)).Select(r => r.GetValue<string>()!.Length).Order();
        Assert.Equal([1 << 20, 2 << 20, 3 << 20], sizes);
        var all = await ofAll.Take(4).ToListAsync(Stop);
        Assert.DoesNotContain(all, r => r.IsPartial);
        Assert.Equal(7, all.Single(r => r.Task == "echo").GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Broadcast_TooLargeForAStream_IsRejectedForItsSenderOnly()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxStreamMessageSize = 64 << 10);
        await using var broadcasts = await cluster.Client.SubscribeBroadcastsAsync(Stop);

        var refused =
            await Assert.ThrowsAsync<PayloadTooLargeException>(() => cluster.Client.BroadcastAsync(new string('x', 100_000), Stop));
        await cluster.Client.BroadcastAsync("small", Stop);

        Assert.Equal((100_002L, 65_536L), (refused.Size, refused.Limit));
        Assert.Equal("small", (await broadcasts.FirstAsync(Stop)).GetValue<string>());
    }

    private static Task<TestCluster> StartAsync(Action<TasksOptions>? options = null) =>
        TestCluster.StartAsync(2, realTime: true, options: options, tasks: (tasks, _) => tasks
        .Define("echo", (int n) => n)
        .Define("large", (int size) => new string('x', size))
        .Define("fail", new Func<int, int>(static size => throw new InvalidOperationException(new string('x', size)))));
}
