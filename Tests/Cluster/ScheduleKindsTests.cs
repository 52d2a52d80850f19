using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests how a cluster fires schedules of every kind.</summary>
public sealed class ScheduleKindsTests
{
    // The tests learn of a run from inside its handler, and may advance the clock before the run ends. Therefore runs may overlap.
    private static readonly TaskOptions Beside = new() { Overlap = OverlapPolicy.Allow };

    private readonly Channel<DateTimeOffset> _fired = Channel.CreateUnbounded<DateTimeOffset>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, TaskSchedule> Kinds => new()
    {
        { "rule", TaskSchedule.Calendar("FREQ=MINUTELY;INTERVAL=90", new DateTime(2026, 3, 2, 3, 15, 0), "Europe/Berlin") },
        { "rule from registration", TaskSchedule.Calendar("FREQ=HOURLY;BYMINUTE=0,20") },
        { "union", TaskSchedule.Any(TaskSchedule.Every(TimeSpan.FromMinutes(7)), TaskSchedule.Cron("*/5 * * * *")) },
        { "exception", TaskSchedule.Cron("*/10 * * * *").Except(TaskSchedule.Cron("* 9-10 * * *")) },
        { "jitter", TaskSchedule.Every(TimeSpan.FromMinutes(10)).WithJitter(TimeSpan.FromMinutes(10)) },
        { "letter", TaskSchedule.Cron("H/10 * * * *") },
        { "start", TaskSchedule.Every(TimeSpan.FromMinutes(10)).From(TestCluster.Start.AddHours(2)) },

        {
            "clock change",
            TaskSchedule.Cron("*/20 1-3 * * *", "Europe/Warsaw").From(new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero))
        },
    };

    [Theory(Timeout = TestCluster.TestTimeout)]
    [MemberData(nameof(Kinds))]
    public async Task Schedule_EachKind_FiresAtItsOccurrences(string kind, TaskSchedule schedule)
    {
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks.Schedule(
            kind, schedule,
            (TaskRunContext run, TimeProvider time) =>
                _fired.Writer.TryWrite(run.ScheduledAt == time.GetUtcNow() ? run.ScheduledAt : default), options: Beside));

        var expected = await cluster.Client.GetTask(kind).OccurrencesAsync(20, ct: Stop);

        Assert.Equal(20, expected.Count);
        foreach (var occurrence in expected.Where(o => o.Occurs))
        {
            cluster.Clock.SetUtcNow(occurrence.Utc);
            Assert.Equal(occurrence.Utc, await _fired.Reader.ReadAsync(Stop));
        }

        Assert.False(_fired.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task AtMost_FiresUpToTheLimitAndCompletes_AndRestartsWhenRegisteredAgain()
    {
        await using var cluster = await TestCluster.StartAsync(2,
            (tasks, _) => tasks.Define("tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt)));
        var registration = new TaskRegistration
        {
            Name = "thrice",
            Handler = "tick",
            Schedule = TaskSchedule.Every(TimeSpan.FromSeconds(1)).AtMost(3),
            Options = Beside
        };
        for (var round = 0; round < 2; round++)
        {
            var handle = await cluster.Client.ScheduleAsync(registration, Stop);
            var start = cluster.Clock.GetUtcNow();
            for (var n = 1; n <= 3; n++)
            {
                Assert.Equal(TaskState.Active, (await handle.DescribeAsync(Stop)).State);
                cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(start.AddSeconds(n), await _fired.Reader.ReadAsync(Stop));
            }

            var info = await handle.DescribeAsync(Stop);
            Assert.Equal((TaskState.Completed, null), (info.State, info.NextDue));
            Assert.Empty(await handle.OccurrencesAsync(ct: Stop));
            cluster.Clock.Advance(TimeSpan.FromMinutes(2));
            await cluster.Client.RunAsync("tick", ct: Stop);
            await _fired.Reader.ReadAsync(Stop);
        }

        Assert.Equal(["thrice"],
            await cluster.Client.ListAsync(new TaskQuery { State = TaskState.Completed }, Stop).Select(t => t.Name).ToListAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_NoFutureOccurrence_IsRejected()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("tick", () => 1));
        var schedule = TaskSchedule.Cron("0 9 * * *").Until(TestCluster.Start.AddDays(-1));

        var refused = await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.ScheduleAsync(new TaskRegistration { Name = "late", Handler = "tick", Schedule = schedule }, Stop));

        Assert.Contains("has no occurrence after", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.GetTask("late").DescribeAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task At_OnAClosedDay_OccursOnTheNextOpenDay()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt)));
        await cluster.Client.PutCalendarAsync("week", new BusinessCalendar(), Stop);
        var saturday = new DateTimeOffset(2026, 3, 7, 9, 0, 0, TimeSpan.Zero);
        var handle = await cluster.Client.ScheduleAsync(
            new TaskRegistration
            {
                Name = "once",
                Handler = "tick",
                Schedule = TaskSchedule.At(saturday).OnOpenDays("week", ClosedDayRule.Next)
            }, Stop);

        cluster.Clock.SetUtcNow(saturday.AddHours(1));
        Assert.Equal(saturday.AddDays(2), (await handle.DescribeAsync(Stop)).NextDue);
        cluster.Clock.SetUtcNow(saturday.AddDays(2));
        Assert.Equal(saturday.AddDays(2), await _fired.Reader.ReadAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PreviewAsync_OfAnEdit_ListsChangesWithoutMakingThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Cron("0 9 * * *", "report", () => 1));
        var handle = cluster.Client.GetTask("report");

        var preview = await handle.PreviewAsync(TaskSchedule.Cron("0 9,15 * * MON-FRI"), ct: Stop);

        Assert.Equal((TestCluster.Start, TestCluster.Start.AddDays(90)), (preview.From, preview.To));
        Assert.All(preview.Added, o => Assert.Equal(15, o.Utc.Hour));
        Assert.All(preview.Removed, o => Assert.True(o.Utc.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday));
        Assert.Equal((65, 25, 65), (preview.Added.Count, preview.Removed.Count, preview.Kept));
        Assert.Equal("every day at 09:00 (UTC)", (await handle.DescribeAsync(Stop)).ScheduleDescription);
        Assert.Equal(90, (await handle.PreviewAsync(null, ct: Stop)).Removed.Count);
        Assert.Equal(90, (await cluster.Client.GetTask("new").PreviewAsync(TaskSchedule.Cron("0 9 * * *"), ct: Stop)).Added.Count);
        await Assert.ThrowsAsync<InvalidTaskException>(() => handle.PreviewAsync(TaskSchedule.Cron("@daily").OnOpenDays("none"), ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(() => handle.PreviewAsync(null, to: TestCluster.Start.AddDays(-1), ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task OccurrencesAsync_UnknownTask_ThrowsATypedError()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("plain", () => 1));

        Assert.Empty(await cluster.Client.GetTask("plain").OccurrencesAsync(ct: Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.GetTask("nobody").OccurrencesAsync(ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.GetTask("plain").OccurrencesAsync(1001, ct: Stop));
    }
}
