using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests pauses with an end, and backfills of past occurrences.</summary>
public sealed class PauseAndBackfillTests
{
    // The tests learn of a run from inside its handler, and may advance the clock before the run ends. Therefore runs may overlap.
    private static readonly TaskOptions Beside = new() { Overlap = OverlapPolicy.Allow };

    private readonly Channel<(DateTimeOffset Due, RunTrigger Trigger)> _fired = Channel.CreateUnbounded<(DateTimeOffset, RunTrigger)>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(1)]
    [InlineData(120)]
    public async Task PauseAsync_WithAnEnd_ResumesByItselfWithoutCatchUp(int periodSeconds)
    {
        var period = TimeSpan.FromSeconds(periodSeconds);
        await using var cluster = await StartAsync(period);
        var task = cluster.Client.GetTask("tick");
        await FireAsync(cluster, TestCluster.Start + period);

        var until = TestCluster.Start + (5 * period);
        var paused = await task.PauseAsync("maintenance", until.ToOffset(TimeSpan.FromHours(2)), "Ada", ct: Stop);
        Assert.Equal((TaskState.Paused, "maintenance", "Ada", until, TestCluster.Start + period),
            (paused.State, paused.PauseNote, paused.PausedBy, paused.PausedUntil, paused.PausedAt));
        Assert.Equal(until, paused.NextDue);
        for (var n = 2; n < 5; n++)
        {
            cluster.Clock.Advance(period);
            Assert.Equal(TaskState.Paused, (await task.DescribeAsync(Stop)).State);
        }

        await FireAsync(cluster, until);
        await FireAsync(cluster, until + period);
        var active = await task.DescribeAsync(Stop);
        Assert.Equal((TaskState.Active, null, null, null), (active.State, active.PauseNote, active.PausedBy, active.PausedUntil));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PauseAsync_Again_ChangesNoteAndEnd_AndResumeEndsIt()
    {
        await using var cluster = await StartAsync(TimeSpan.FromSeconds(10));
        var task = cluster.Client.GetTask("tick");
        await task.PauseAsync("first", TestCluster.Start.AddSeconds(15), ct: Stop);
        await task.PauseAsync("second", ct: Stop);
        var paused = await task.DescribeAsync(Stop);
        Assert.Equal(("second", null, null), (paused.PauseNote, paused.PausedUntil, paused.NextDue));
        cluster.Clock.Advance(TimeSpan.FromSeconds(35));

        var resumed = await task.ResumeAsync(Stop);

        Assert.Equal((TaskState.Active, null), (resumed.State, resumed.PauseNote));
        await FireAsync(cluster, TestCluster.Start.AddSeconds(40));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PauseAsync_WithAnEnd_HoldsAcrossARestart()
    {
        var storage = new SharedStorage();
        var until = TestCluster.Start.AddMinutes(10);
        await using (var first = await StartAsync(TimeSpan.FromMinutes(1), storage))
        {
            await first.Client.GetTask("tick").PauseAsync("moving", until, ct: Stop);
        }

        await using var second = await StartAsync(TimeSpan.FromMinutes(1), storage);
        Assert.Equal((TaskState.Paused, until),
            ((await second.Client.GetTask("tick").DescribeAsync(Stop)) is var info ? (info.State, info.PausedUntil!.Value) : default));
        second.Clock.SetUtcNow(until.AddSeconds(-1));
        await FireAsync(second, until);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PauseAsync_UntilAnInstantThatHasPassed_IsRefused()
    {
        await using var cluster = await StartAsync(TimeSpan.FromSeconds(10));
        var task = cluster.Client.GetTask("tick");

        await Assert.ThrowsAsync<InvalidTaskException>(() => task.PauseAsync(until: TestCluster.Start, ct: Stop));

        Assert.Equal(TaskState.Active, (await task.DescribeAsync(Stop)).State);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BackfillAsync_OfAPeriod_CreatesOneRunPerOccurrence()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMinutes(10));
        var task = cluster.Client.GetTask("tick");

        var runs = await task.BackfillAsync(TestCluster.Start.AddMinutes(-30), TestCluster.Start.AddMinutes(-10), Stop);

        Assert.Equal(3, runs.Distinct().Count());
        var expected = Enumerable.Range(-3, 3).Select(n => TestCluster.Start.AddMinutes(10 * n)).ToList();
        var results = await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));
        Assert.All(results, r => Assert.Equal((RunStatus.Succeeded, RunTrigger.Backfill), (r.Status, r.Trigger)));
        Assert.Equal(expected, results.Select(r => r.ScheduledAt));
        var fired = new List<(DateTimeOffset Due, RunTrigger Trigger)> { await ReadAsync(), await ReadAsync(), await ReadAsync() };
        Assert.Equal(expected, fired.Select(f => f.Due).Order());
        Assert.All(fired, f => Assert.Equal(RunTrigger.Backfill, f.Trigger));
        Assert.False(_fired.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BackfillAsync_TheSameRequestAgain_RunsOnce()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMinutes(10));
        var grain = cluster.Cluster.GetGrain<ITaskGrain>("tick");
        var request = new BackfillRequest
        {
            Id = Guid.NewGuid(),
            From = TestCluster.Start.AddMinutes(-10),
            To = TestCluster.Start.AddMinutes(-10)
        };

        var first = await grain.BackfillAsync(request);
        await cluster.Client.WaitAsync(Assert.Single(first), Stop);
        var second = await grain.BackfillAsync(request with { Repeated = true });
        var other = await grain.BackfillAsync(request with { Id = Guid.NewGuid() });

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        await cluster.Client.WaitAsync(Assert.Single(other), Stop);
        Assert.Equal(2, (await cluster.Client.GetTask("tick").HistoryAsync(ct: Stop)).Results.Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BackfillAsync_NotPossible_ReportsTheReasonAndCreatesNoRun()
    {
        await using var cluster = await StartAsync(TimeSpan.FromMinutes(1));
        var task = cluster.Client.GetTask("tick");
        var now = TestCluster.Start;

        Assert.Contains("in the future", await RefusedAsync(task, now.AddHours(-1), now.AddHours(1)), StringComparison.Ordinal);
        Assert.Contains("before it begins", await RefusedAsync(task, now, now.AddHours(-1)), StringComparison.Ordinal);
        Assert.Contains("more than 1000", await RefusedAsync(task, now.AddDays(-1), now), StringComparison.Ordinal);
        Assert.Contains("no schedule", await RefusedAsync(cluster.Client.GetTask("plain"), now.AddHours(-1), now),
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.GetTask("nobody").BackfillAsync(now.AddHours(-1), now, Stop));
        Assert.Empty(await task.RunsAsync(ct: Stop));

        static async Task<string> RefusedAsync(TaskHandle task, DateTimeOffset from, DateTimeOffset to) =>
            (await Assert.ThrowsAsync<InvalidTaskException>(() => task.BackfillAsync(from, to, Stop))).Message;
    }

    private Task<TestCluster> StartAsync(TimeSpan period, SharedStorage? storage = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Define("plain", () => 1)
                .Every(period, "tick", (TaskRunContext run) => _fired.Writer.TryWrite((run.ScheduledAt, run.Trigger)), options: Beside),
        storage: storage);

    private async Task FireAsync(TestCluster cluster, DateTimeOffset at)
    {
        cluster.Clock.SetUtcNow(at);
        Assert.Equal((at, RunTrigger.Schedule), await ReadAsync());
    }

    private ValueTask<(DateTimeOffset Due, RunTrigger Trigger)> ReadAsync() => _fired.Reader.ReadAsync(Stop);
}
