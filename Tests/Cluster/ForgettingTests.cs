namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests that storage keeps nothing of what is over.</summary>
public sealed class ForgettingTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Task_CancelledOrCleared_LeavesNoHistoryAndDoesNotReuseNumbers(bool cancel)
    {
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(
            1, (tasks, _) => tasks.Define("double", (int number) => 2 * number),
            options: o => (o.Partitions, o.Limits.CancelledTaskRetention) = (1, Retention), storage: storage);
        var registration = new TaskRegistration { Name = "doubled", Handler = "double" };
        var task = await cluster.Client.ScheduleAsync(registration, Stop);
        TaskResult last = null!;
        for (var n = 0; n < 200; n++)
        {
            last = await task.RunAsync([n], ct: Stop);
        }

        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await storage.Changes.UntilAsync(() => HistoryOf("doubled", storage).Count() > 3);

        await (cancel ? task.CancelAsync(Stop) : cluster.Client.ClearAsync(Stop));
        for (var minutes = 0; minutes < 10; minutes++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));

            // The partition answers after its timer has run.
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        await storage.Changes.UntilAsync(() => !HistoryOf("doubled", storage).Any());
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.DescribeAsync(Stop));

        // A restarted silo registers its code's tasks again.
        await cluster.StopSiloAsync(cluster.Silos[0]);
        await using var second = await TestCluster.StartAsync(
            1, (tasks, _) => tasks.Define("double", (int number) => 2 * number), options: o => o.Partitions = 1, storage: storage);
        task = await second.Client.ScheduleAsync(registration, Stop);
        Assert.Empty((await task.HistoryAsync(ct: Stop)).Results);
        var next = await task.RunAsync([1], ct: Stop);
        Assert.Equal(2, next.GetValue<int>());
        Assert.InRange(next.Sequence, last.Sequence + 1, last.Sequence + 10_000);
        Assert.Equal(next.Sequence, Assert.Single((await task.HistoryAsync(ct: Stop)).Results).Sequence);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Task_CancelledBeforeItEverRan_LeavesNoLedger()
    {
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(
            1, (tasks, _) => tasks.Define("double", (int number) => 2 * number),
            options: o => (o.Partitions, o.Limits.CancelledTaskRetention) = (1, Retention), storage: storage);
        var task = await cluster.Client.ScheduleAsync(
            new TaskRegistration
            {
                Name = "paused",
                Handler = "double",
                Arguments = [1],
                Schedule = TaskSchedule.Every(TimeSpan.FromHours(1))
            }, Stop);
        await task.PauseAsync("never", ct: Stop);
        cluster.Clock.Advance(TimeSpan.FromHours(3));
        await task.ResumeAsync(Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await storage.Changes.UntilAsync(() => Ledgers().Any());

        await task.CancelAsync(Stop);
        for (var minutes = 0; minutes < 10; minutes++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        await storage.Changes.UntilAsync(() => !Ledgers().Any());

        IEnumerable<string> Ledgers() => storage.Keys.Where(k => k.Contains("ot-ledger", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task HistoryAsync_TaskRegisteredLater_ReportsItsFirstNumber()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("double", (int number) => 2 * number),
            options: o => o.Partitions = 1, storage: new SharedStorage());
        var registration = new TaskRegistration { Name = "doubled", Handler = "double" };
        var task = await cluster.Client.ScheduleAsync(registration, Stop);
        await task.RunAsync([1], ct: Stop);
        await cluster.Client.ClearAsync(Stop);
        for (var minutes = 0; minutes < 5; minutes++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        // A later task continues these numbers, so that its subscribers see no gap. The partition knows the number only after the first
        // task's grain has left, which nothing reports. Therefore add tasks until one gets the number.
        TaskHandle other;
        long start;
        var added = 0;
        do
        {
            other = await cluster.Client.ScheduleAsync(registration with { Name = $"other-{added++}" }, Stop);
            start = (await other.HistoryAsync(ct: Stop)).LastSequence;
        }
        while (start == 0);
        Assert.InRange(start, 1, 10_000);
        Assert.Equal(start + 1, (await other.RunAsync([21], ct: Stop)).Sequence);
    }

    private static IEnumerable<string> HistoryOf(string task, SharedStorage storage) =>
        storage.Keys.Where(k => k.Contains($"ot-history/t-{task}", StringComparison.Ordinal));
}
