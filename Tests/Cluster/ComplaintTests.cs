using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests problems that users of other libraries report, with the numbers of their issues, and shows that this library does not have them.
/// </summary>
public sealed class ComplaintTests
{
    private readonly Channel<DateTimeOffset> _ran = Channel.CreateUnbounded<DateTimeOffset>();
    private readonly SemaphoreSlim _release = new(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Hangfire173_NoPauseForARecurringJob_CanBePausedWithANoteAndResumed()
    {
        await using var cluster = await StartAsync(TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start));
        var task = cluster.Client.GetTask("job");
        await RanAsync(cluster, TestCluster.Start.AddHours(1));
        await task.PauseAsync("the printer burns", ct: Stop);

        cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(3));
        Assert.Equal("the printer burns", (await task.DescribeAsync(Stop)).PauseNote);
        await task.ResumeAsync(Stop);

        await RanAsync(cluster, TestCluster.Start.AddHours(4));
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Hangfire746_NoSkipIfRunning_SkipsByDefault()
    {
        await using var cluster = await StartAsync(TaskSchedule.Every(TimeSpan.FromMinutes(1), TestCluster.Start), waits: true);
        cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(1));
        Assert.Equal(TestCluster.Start.AddMinutes(1), await _ran.Reader.ReadAsync(Stop));
        for (var minute = 2; minute <= 4; minute++)
        {
            cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(minute));
            await cluster.Client.GetTask("job").DescribeAsync(Stop);
        }

        _release.Release(10);
        await cluster.Client.WaitAsync(RunId.Of("job", TestCluster.Start.AddMinutes(1)), Stop);
        await RanAsync(cluster, TestCluster.Start.AddMinutes(5));
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Coravel416_HundredsOfRunsAfterAClockStep_RunsOnce()
    {
        await using var cluster = await StartAsync(TaskSchedule.Every(TimeSpan.FromMinutes(5), TestCluster.Start));
        await RanAsync(cluster, TestCluster.Start.AddMinutes(5));

        cluster.Clock.SetUtcNow(TestCluster.Start.AddDays(3).AddMinutes(2));
        await RanAsync(cluster, TestCluster.Start.AddDays(3), advance: false);
        await RanAsync(cluster, TestCluster.Start.AddDays(3).AddMinutes(5));
        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task River1035_FloodAfterTwoWeeksDown_AndCoravel189_SchedulesLostAtRestart_RunsOnceAndContinues()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, Handler, storage: storage))
        {
            await first.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = "added",
                    Handler = "work",
                    Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(5), TestCluster.Start)
                }, Stop);
            await RanAsync(first, TestCluster.Start.AddMinutes(5), "added");
        }

        var back = TestCluster.Start.AddDays(14);
        await using var second = await TestCluster.StartAsync(1, Handler, storage: storage, at: back.AddMinutes(2));
        await RanAsync(second, back, "added", advance: false);
        await RanAsync(second, back.AddMinutes(5), "added");
        Assert.False(_ran.Reader.TryRead(out _));

        void Handler(TasksBuilder tasks, int silo) => tasks.Define("work", (TaskRunContext run) => _ran.Writer.TryWrite(run.ScheduledAt));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("2026-03-28T22:30:00Z", 6)]
    [InlineData("2026-10-24T22:30:00Z", 6)]
    public async Task Quartz2475_FiringsLostOrWithoutEndAroundClockChanges_EachHourRunsOnce(string start, int hours)
    {
        var at = DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture);
        await using var cluster = await StartAsync(TaskSchedule.Cron("0 * * * *", "Europe/Warsaw"), at: at);
        for (var hour = 1; hour <= hours; hour++)
        {
            await RanAsync(cluster, at.AddMinutes((60 * hour) - 30));
        }

        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    public async Task TickerQ_ADailyRunLostOrDoubledWhenClocksChange_RunsOnceADay(string start, string first, string second)
    {
        var at = DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture);
        await using var cluster = await StartAsync(TaskSchedule.Cron("30 2 * * *", "Europe/Warsaw"), at: at);
        foreach (var due in new[] { first, second })
        {
            await RanAsync(cluster, DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.False(_ran.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Hangfire1638_CannotBeTestedWithoutWaiting_AMonthPassesInSeconds()
    {
        await using var cluster = await StartAsync(TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"));
        var schedule = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin");
        var days = schedule.Occurrences(TestCluster.Start, TestCluster.Start.AddDays(31)).Select(o => o.Utc).ToList();
        foreach (var due in days)
        {
            await RanAsync(cluster, due);
        }

        Assert.InRange(days.Count, 21, 24);
        Assert.False(_ran.Reader.TryRead(out _));
    }

    private Task<TestCluster> StartAsync(TaskSchedule schedule, bool waits = false, DateTimeOffset? at = null) => TestCluster.StartAsync(
        1,
        (tasks, _) => tasks.Schedule("job", schedule, async (TaskRunContext run, CancellationToken stop) =>
        {
            _ran.Writer.TryWrite(run.ScheduledAt);
            if (waits)
            {
                await _release.WaitAsync(stop);
            }
        }),
        at: at);

    /// <summary>Advances the clock to an occurrence, and waits until its run has ended. Otherwise the next one would be skipped.</summary>
    private async Task RanAsync(TestCluster cluster, DateTimeOffset due, string task = "job", bool advance = true)
    {
        if (advance)
        {
            cluster.Clock.SetUtcNow(due);
        }

        Assert.Equal(due, await _ran.Reader.ReadAsync(Stop));
        await cluster.Client.WaitAsync(RunId.Of(task, due), Stop);
    }
}
