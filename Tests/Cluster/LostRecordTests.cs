namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests records that storage lost while no silo was running. The loss is detected, and nothing silently starts from scratch.
/// </summary>
public sealed class LostRecordTests
{
    private readonly SharedStorage _storage = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("t-count")]
    [InlineData("t-count/0")]
    [InlineData("*")]
    public async Task Run_AfterTheHistoryWasLost_ContinuesItsNumbersAndReportsTheLoss(string record)
    {
        await using (var first = await StartAsync())
        {
            for (var n = 1; n <= 5; n++)
            {
                await first.Client.WaitAsync(await first.Client.DispatchAsync("count", ct: Stop), Stop);
            }

            await first.StopSiloAsync(first.Silos[0]);
        }

        _storage.Lose(
            k => record == "*"
                ? k.Contains("ot-history", StringComparison.Ordinal)
                : k.EndsWith($"ot-history/{record}", StringComparison.Ordinal));
        using var logs = new LogWatch();
        await using var second = await StartAsync(logs);
        var result = await second.Client.RunAsync("count", ct: Stop);
        Assert.Equal(6, result.Sequence);
        await logs.UntilAsync(332, 1);
        Assert.Equal(record == "t-count" ? 6 : 1, (await second.Client.GetTask("count").RunsAsync(ct: Stop)).Count);
        Assert.Equal(1, logs.Count(332));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_RecordLost_IsStillKnownAndItsRunsContinue()
    {
        Guid batch;
        await using (var first = await StartAsync())
        {
            batch = await first.Client.DispatchBatchAsync([new("count", [], new DispatchOptions { Delay = TimeSpan.FromHours(1) })],
                ct: Stop);
            await first.StopSiloAsync(first.Silos[0]);
        }

        _storage.Lose(static k => k.Contains("ot-batch", StringComparison.Ordinal));
        using var logs = new LogWatch();
        await using var second = await StartAsync(logs);
        await Assert.ThrowsAsync<TaskStorageException>(() => second.Client.GetBatchAsync(batch, Stop));
        await Assert.ThrowsAsync<TaskStorageException>(() => second.Client.WaitBatchAsync(batch, Stop));
        await Assert.ThrowsAsync<TaskStorageException>(() => second.Client.CancelBatchAsync(batch, Stop));
        Assert.Null(await second.Client.GetBatchAsync(Guid.NewGuid(), Stop));

        for (var hours = 0; hours < 2; hours++)
        {
            second.Clock.Advance(TimeSpan.FromHours(1));
            await second.Client.GetSchedulerAsync(Stop);
        }

        await logs.UntilAsync(214, 1);
        while ((await second.Client.GetTask("count").RunsAsync(ct: Stop)).All(static r => r.Status != RunStatus.Succeeded))
        {
            await Task.Yield();
        }
    }

    private Task<TestCluster> StartAsync(LogWatch? logs = null) =>
        TestCluster.StartAsync(1, static (tasks, _) => tasks.Define("count", static () => 1), options: static o => o.Partitions = 2,
            storage: _storage, logs: logs);
}
