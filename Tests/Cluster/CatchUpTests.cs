using System.Threading.Channels;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests missed occurrences, occurrences within a pause, and tasks that are paused after repeated failures.</summary>
[Long]
public sealed class CatchUpTests
{
    private const int Missed = 351;
    private readonly Channel<DateTimeOffset> _ran = Channel.CreateUnbounded<DateTimeOffset>();
    private readonly LogWatch _logs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce, 1, "8")]
    [InlineData(RunGuarantee.AtLeastOnce, 1, "8")]
    [InlineData(RunGuarantee.AtMostOnce, 3, "6 7 8")]
    [InlineData(RunGuarantee.AtLeastOnce, 3, "6 7 8")]
    [InlineData(RunGuarantee.AtMostOnce, 0, "")]
    [InlineData(RunGuarantee.AtMostOnce, 1000, "2 3 4 5 6 7 8")]
    public async Task Cluster_DownForHours_CatchesUpOnTheNewestOfAnHourlyTask(RunGuarantee guarantee, int limit, string expected)
    {
        var storage = new SharedStorage();
        var options = new TaskOptions { Guarantee = guarantee, CatchUp = new CatchUpPolicy { Limit = limit } };
        await using (var first = await StartAsync(options, storage))
        {
            first.Clock.SetUtcNow(Hour(1));
            Assert.Equal(Hour(1), await ReadAsync());
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(options, storage, Hour(8.5));
        await _logs.UntilAsync(Missed, 1);
        foreach (var hour in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await RanAsync(second, int.Parse(hour, System.Globalization.CultureInfo.InvariantCulture));
        }

        second.Clock.SetUtcNow(Hour(9));
        Assert.Equal(Hour(9), await ReadAsync());
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CatchUp_WithASpread_WaitsBetweenRuns()
    {
        var storage = new SharedStorage();
        var options = new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 3, Spread = TimeSpan.FromMinutes(5) } };
        await using (var first = await StartAsync(options, storage))
        {
            await first.KillSiloAsync(first.Silos[0]);
        }

        var now = Hour(8.25);
        await using var second = await StartAsync(options, storage, now);
        await RanAsync(second, 6);
        second.Clock.SetUtcNow(now.AddMinutes(5).AddSeconds(-1));
        await second.Client.GetTask("hourly").DescribeAsync(Stop);
        Assert.False(_ran.Reader.TryRead(out _));
        second.Clock.SetUtcNow(now.AddMinutes(5));
        await RanAsync(second, 7);
        second.Clock.SetUtcNow(now.AddMinutes(10));
        Assert.Equal(Hour(8), await ReadAsync());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Clock_PutForwardByHours_CausesNoBurstAndNoSilence()
    {
        await using var cluster = await StartAsync(new TaskOptions());
        cluster.Clock.SetUtcNow(Hour(1));
        await RanAsync(cluster, 1);

        cluster.Clock.SetUtcNow(Hour(300.5));
        await RanAsync(cluster, 300);
        cluster.Clock.SetUtcNow(Hour(301));
        Assert.Equal(Hour(301), await ReadAsync());
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(PausedOccurrences.Skip, false, "")]
    [InlineData(PausedOccurrences.Skip, true, "")]
    [InlineData(PausedOccurrences.CatchUp, false, "4 5")]
    [InlineData(PausedOccurrences.CatchUp, true, "4 5")]
    public async Task Pause_WithACatchUpPolicy_AppliesItToOccurrencesDuringThePause(PausedOccurrences choice, bool endsByItself,
        string expected)
    {
        await using var cluster = await StartAsync(new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 2 } });
        var task = cluster.Client.GetTask("hourly");
        cluster.Clock.SetUtcNow(Hour(1));
        await RanAsync(cluster, 1);
        var paused = await task.PauseAsync("maintenance", endsByItself ? Hour(5.5) : null, "Ada", choice, Stop);
        Assert.Equal(choice, paused.PausedOccurrences);

        foreach (var hour in new[] { 2, 3, 4, 5 })
        {
            cluster.Clock.SetUtcNow(Hour(hour));
            Assert.Equal(TaskState.Paused, (await task.DescribeAsync(Stop)).State);
        }

        Assert.False(_ran.Reader.TryRead(out _));
        cluster.Clock.SetUtcNow(Hour(5.5));
        if (!endsByItself)
        {
            await task.ResumeAsync(Stop);
        }

        foreach (var hour in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await RanAsync(cluster, int.Parse(hour, System.Globalization.CultureInfo.InvariantCulture));
        }

        cluster.Clock.SetUtcNow(Hour(6));
        Assert.Equal(Hour(6), await ReadAsync());
        Assert.False(_ran.Reader.TryRead(out _));
        Assert.Equal(TaskState.Active, (await task.DescribeAsync(Stop)).State);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(PausedOccurrences.CatchUp, PausedOccurrences.Skip, "")]
    [InlineData(PausedOccurrences.Skip, PausedOccurrences.CatchUp, "2 3 4")]
    public async Task Pause_Repeated_AppliesTheNewPolicyToTheWholePause(PausedOccurrences first, PausedOccurrences second, string expected)
    {
        await using var cluster = await StartAsync(new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 10 } });
        var task = cluster.Client.GetTask("hourly");
        cluster.Clock.SetUtcNow(Hour(1));
        await RanAsync(cluster, 1);
        await task.PauseAsync(occurrences: first, ct: Stop);
        cluster.Clock.SetUtcNow(Hour(2.5));
        var again = await task.PauseAsync(occurrences: second, ct: Stop);
        Assert.Equal((second, Hour(1)), (again.PausedOccurrences, again.PausedAt));

        cluster.Clock.SetUtcNow(Hour(4.5));
        await task.ResumeAsync(Stop);

        foreach (var hour in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await RanAsync(cluster, int.Parse(hour, System.Globalization.CultureInfo.InvariantCulture));
        }

        cluster.Clock.SetUtcNow(Hour(5));
        await RanAsync(cluster, 5);
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Pause_TaskThatOccursOnce_RunsOnceAfterThePause()
    {
        await using var cluster = await StartAsync(new TaskOptions());
        var task = await cluster.Client.ScheduleAsync(
            new TaskRegistration { Name = "once", Handler = "hourly", Schedule = TaskSchedule.At(Hour(0.5)) }, Stop);
        await task.PauseAsync(occurrences: PausedOccurrences.CatchUp, ct: Stop);
        cluster.Clock.SetUtcNow(Hour(0.75));

        await task.ResumeAsync(Stop);

        Assert.Equal(Hour(0.5), await ReadAsync());
        cluster.Clock.SetUtcNow(Hour(1));
        await RanAsync(cluster, 1);
        Assert.Single(await task.RunsAsync(ct: Stop));
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Pause_EndingAtAnOccurrence_FiresThatOccurrence()
    {
        await using var cluster = await StartAsync(new TaskOptions { CatchUp = CatchUpPolicy.None });
        await cluster.Client.GetTask("hourly").PauseAsync(until: Hour(3), occurrences: PausedOccurrences.CatchUp, ct: Stop);

        cluster.Clock.SetUtcNow(Hour(3));

        Assert.Equal(Hour(3), await ReadAsync());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PauseAfterFailures_LimitReached_PausesWithANote()
    {
        var fails = true;
        await using var cluster = await TestCluster.StartAsync(1, logs: _logs,
            tasks: (tasks, _) =>
                tasks.Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start), (TaskRunContext run) =>
        {
            _ran.Writer.TryWrite(run.ScheduledAt);
            return fails ? throw new InvalidOperationException("no disk") : 0;
        }, new TaskOptions { PauseAfterFailures = 3 }));
        var task = cluster.Client.GetTask("hourly");
        for (var round = 0; round < 2; round++)
        {
            for (var n = 1; n <= 3; n++)
            {
                Assert.Equal(TaskState.Active, (await task.DescribeAsync(Stop)).State);
                cluster.Clock.SetUtcNow(Hour((4 * round) + n));
                await RanAsync(cluster, (4 * round) + n);
            }

            await _logs.UntilAsync(354, round + 1);
            var paused = await task.DescribeAsync(Stop);
            Assert.Equal((TaskState.Paused, "OrleansTasks", "3 occurrences in a row failed, the last one with: no disk"),
                (paused.State, paused.PausedBy, paused.PauseNote));
            cluster.Clock.SetUtcNow(Hour((4 * round) + 4));
            Assert.Equal(TaskState.Active, (await task.ResumeAsync(Stop)).State);
        }

        Assert.False(_ran.Reader.TryRead(out _));
    }

    private static DateTimeOffset Hour(double hour) => TestCluster.Start.AddHours(hour);

    private Task<TestCluster> StartAsync(TaskOptions options, SharedStorage? storage = null, DateTimeOffset? at = null) =>
        TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
                (TaskRunContext run) => { _ran.Writer.TryWrite(run.ScheduledAt); }, options),
        storage: storage,
        at: at,
        logs: _logs);

    /// <summary>Waits until the occurrence of an hour has begun and ended. Otherwise the next one would be skipped.</summary>
    private async Task RanAsync(TestCluster cluster, int hour)
    {
        Assert.Equal(Hour(hour), await ReadAsync());
        await cluster.Client.WaitAsync(RunId.Of("hourly", Hour(hour)), Stop);
    }

    private ValueTask<DateTimeOffset> ReadAsync() => _ran.Reader.ReadAsync(Stop);
}
