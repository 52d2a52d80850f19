using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

public sealed class ScheduleTests
{
    // The tests learn of a run from inside its handler, and may advance the clock before the run ends. Therefore runs may overlap.
    private static readonly TaskOptions Beside = new() { Overlap = OverlapPolicy.Allow };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Seconds_OnThreeSilos_FiresEachOccurrenceOnceAtItsInstant()
    {
        var fired = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(3, (tasks, _) => tasks.Seconds(
            1, "tick", (TaskRunContext run) => fired.Writer.TryWrite(run.ScheduledAt), options: Beside));

        for (var second = 1; second <= 120; second++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(TestCluster.Start.AddSeconds(second), await fired.Reader.ReadAsync(Stop));
        }

        var info = await cluster.Client.GetTask("tick").DescribeAsync(Stop);
        Assert.Equal("every second", info.ScheduleDescription);
        Assert.Equal(TestCluster.Start.AddSeconds(121), info.NextDue);
        Assert.False(fired.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Hourly_OnceStored_LeavesMemoryUnlessItIsInUse()
    {
        var fired = Channel.CreateUnbounded<string>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) =>
        {
            tasks.Hours(1, "quiet", (TaskRunContext run) => fired.Writer.TryWrite(run.RunId.Task), options: Beside);
            tasks.Hours(1, "asked", (TaskRunContext run) => fired.Writer.TryWrite(run.RunId.Task), options: Beside);
        });
        var active = cluster.Services(0).GetRequiredService<LocalGrains>();
        IGrainContext? asked = null;
        for (var hour = 1; hour <= 3; hour++)
        {
            cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(hour).AddSeconds(-2));
            await cluster.Client.GetTask("asked").DescribeAsync(Stop);
            var now = active.Tasks.Single(g => g.GrainId.Key.ToString() == "asked");
            Assert.Same(asked ??= now, now);
            cluster.Clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(["asked", "quiet"], new[] { await fired.Reader.ReadAsync(Stop), await fired.Reader.ReadAsync(Stop) }.Order());

            // The call gives the silo time between two steps of the clock, in which the histories are written.
            while (active.Tasks.Any(g => g != asked))
            {
                cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
                await cluster.Client.GetTask("asked").DescribeAsync(Stop);
            }

            Assert.Equal([asked], active.Tasks);
        }

        var history = await cluster.Client.GetTask("quiet").HistoryAsync(ct: Stop);
        Assert.Equal([1, 2, 3], history.Results.Select(r => (r.ScheduledAt - TestCluster.Start).TotalHours));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("0 9 * * MON-FRI", "Europe/Berlin")]
    [InlineData("30 */6 * * *", null)]
    public async Task Cron_OverAWeek_FiresWhenCronosSays(string expression, string? zone)
    {
        var fired = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Cron(
            expression, "report", (TaskRunContext run) => fired.Writer.TryWrite(run.ScheduledAt), timeZone: zone, options: Beside));
        var schedule = TaskSchedule.Cron(expression, zone);
        var end = TestCluster.Start.AddDays(7);

        for (var next = schedule.NextAfter(TestCluster.Start); next < end; next = schedule.NextAfter(next.Value))
        {
            cluster.Clock.SetUtcNow(next.Value);
            Assert.Equal(next.Value, await fired.Reader.ReadAsync(Stop));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Cron_WithBurstsAndLongGaps_MissesNoOccurrence()
    {
        var fired = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks.Cron(
            "0-2,30 */5 * * * *", "burst", (TaskRunContext run) => fired.Writer.TryWrite(run.ScheduledAt), options: Beside));
        var schedule = TaskSchedule.Cron("0-2,30 */5 * * * *");

        var next = schedule.NextAfter(TestCluster.Start)!.Value;
        for (var n = 0; n < 40; n++, next = schedule.NextAfter(next)!.Value)
        {
            cluster.Clock.SetUtcNow(next);
            Assert.Equal(next, await fired.Reader.ReadAsync(Stop));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Every_LongerThanTheActivationStaysInMemory_KeepsItsGrid()
    {
        var fired = Channel.CreateUnbounded<(DateTimeOffset Due, DateTimeOffset Now)>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Minutes(
            3, "greet",
            (string message, TaskRunContext run, TimeProvider time) => fired.Writer.TryWrite((run.ScheduledAt, time.GetUtcNow())),
            arguments: ["Hello, world!"], options: Beside));

        for (var n = 1; n <= 20; n++)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(3));
            var due = TestCluster.Start.AddMinutes(3 * n);
            Assert.Equal((due, due), await fired.Reader.ReadAsync(Stop));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Once_AfterItsDelay_RunsOnceWithServicesFromTheContainer()
    {
        var ran = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(3, (tasks, _) => tasks
            .Once((TimeProvider time) => ran.Writer.TryWrite(time.GetUtcNow()), delay: TimeSpan.FromSeconds(3))
            .Define("probe", () => 1));

        cluster.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TestCluster.Start.AddSeconds(3), await ran.Reader.ReadAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromHours(5));
        await cluster.Client.RunAsync("probe", ct: Stop);
        Assert.False(ran.Reader.TryRead(out _));
        var once = await cluster.Client.ListAsync(new TaskQuery { State = TaskState.Completed }, Stop).SingleAsync(Stop);
        Assert.StartsWith("once-", once.Name, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_FromAClient_FiresAndCanBeChangedPausedAndCancelled()
    {
        var fired = Channel.CreateUnbounded<string>();
        await using var cluster = await TestCluster.StartAsync(2,
            (tasks, _) =>
                tasks.Define("say", (string word, TaskRunContext run) => fired.Writer.TryWrite($"{word} {run.ScheduledAt:mm:ss}")));
        var handle = await cluster.Client.ScheduleAsync(
            new TaskRegistration
            {
                Name = "say-a",
                Handler = "say",
                Schedule = TaskSchedule.Every(TimeSpan.FromSeconds(10)),
                Arguments = ["a"],
                Options = Beside
            }, Stop);

        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a 00:10", await fired.Reader.ReadAsync(Stop));
        var updated = await handle.UpdateAsync(r => r with { Arguments = ["b"] }, Stop);
        Assert.Equal(2, updated.Revision);
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("b 00:20", await fired.Reader.ReadAsync(Stop));

        var paused = await handle.PauseAsync("lunch", ct: Stop);
        Assert.Equal((TaskState.Paused, "lunch", null), (paused.State, paused.PauseNote, paused.NextDue));
        cluster.Clock.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal("by hand", await RunByHandAsync());
        Assert.Equal(TaskState.Active, (await handle.ResumeAsync(Stop)).State);
        cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("b 00:50", await fired.Reader.ReadAsync(Stop));

        Assert.True(await handle.CancelAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromSeconds(20));
        await cluster.Client.RunAsync("say", ["end"], ct: Stop);
        Assert.StartsWith("end", await fired.Reader.ReadAsync(Stop), StringComparison.Ordinal);

        async Task<string> RunByHandAsync()
        {
            await handle.RunAsync(["by hand"], ct: Stop);
            return (await fired.Reader.ReadAsync(Stop))[..7];
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_InvalidDefinition_ListsTheFaultsAndChangesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("x", () => 1));
        var client = cluster.Client;

        var unknown = await Assert.ThrowsAsync<InvalidTaskException>(
            () => client.ScheduleAsync(new TaskRegistration { Name = "y", Handler = "nope" }, Stop));
        Assert.Contains("'nope'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("x", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => client.ScheduleAsync(new TaskRegistration { Name = "bad/name", Handler = "x" }, Stop));
        await Assert.ThrowsAsync<TaskConflictException>(
            () => client.ScheduleAsync(new TaskRegistration { Name = "x", CreateOnly = true }, Stop));
        Assert.Equal("x", (await client.ListAsync(ct: Stop).SingleAsync(Stop)).Name);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelTaskAsync_FromInsideItsOwnFunction_EndsTheSchedule()
    {
        var fired = Channel.CreateUnbounded<int>();
        var count = 0;
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Seconds(1, "thrice", async (TaskRunContext run) =>
            {
                if (++count == 3)
                {
                    Assert.True(await run.CancelTaskAsync());
                    Assert.False(run.CancellationToken.IsCancellationRequested);
                }

                await fired.Writer.WriteAsync(count);
            }, options: Beside)
            .Define("probe", () => 1));

        for (var n = 1; n <= 3; n++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(n, await fired.Reader.ReadAsync(Stop));
            await cluster.Client.WaitAsync(RunId.Of("thrice", cluster.Clock.GetUtcNow()), Stop);
        }

        cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TaskState.Cancelled, (await cluster.Client.GetTask("thrice").DescribeAsync(Stop)).State);
        var last = await cluster.Client.GetTask("thrice").RunsAsync(ct: Stop);
        Assert.All(last, r => Assert.Equal(RunStatus.Succeeded, r.Status));
        Assert.False(fired.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task StopAsync_StopsFiringAndHoldsDispatches_UntilStartAsync()
    {
        var fired = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks
            .Seconds(1, "tick", (TaskRunContext run) => fired.Writer.TryWrite(run.ScheduledAt), options: Beside)
            .Define("x", () => 1));
        var client = cluster.Client;
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestCluster.Start.AddSeconds(1), await fired.Reader.ReadAsync(Stop));

        await client.StopAsync(Stop);
        Assert.Equal(SchedulerState.Stopped, (await client.GetSchedulerAsync(Stop)).State);
        await Assert.ThrowsAsync<SchedulerStoppedException>(() => client.RunAsync("x", ct: Stop));
        var held = await client.DispatchAsync("x", ct: Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(RunStatus.Waiting, (await client.GetRunAsync(held, Stop))!.Status);
        Assert.False(fired.Reader.TryRead(out _));

        await client.StartAsync(Stop);
        Assert.True((await client.WaitAsync(held, Stop)).Successful);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestCluster.Start.AddSeconds(5), await fired.Reader.ReadAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task AutoStart_False_RunsNothingUntilStartAsync()
    {
        var fired = Channel.CreateUnbounded<DateTimeOffset>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) =>
        {
            tasks.AutoStart = false;
            tasks.Seconds(1, "tick", (TaskRunContext run) => fired.Writer.TryWrite(run.ScheduledAt));
        });

        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(SchedulerState.Stopped, (await cluster.Client.GetSchedulerAsync(Stop)).State);
        Assert.False(fired.Reader.TryRead(out _));
        await cluster.Client.StartAsync(Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestCluster.Start.AddSeconds(11), await fired.Reader.ReadAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ClearAsync_RemovesTasksAndPendingRuns()
    {
        var runs = 0;
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("x", () => Interlocked.Increment(ref runs)).Hours(1, "h", () => 1));
        var id = await cluster.Client.DispatchAsync("x", options: new DispatchOptions { Delay = TimeSpan.FromMinutes(5) }, ct: Stop);

        await cluster.Client.ClearAsync(Stop);

        Assert.Empty(await cluster.Client.ListAsync(ct: Stop).ToListAsync(Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.RunAsync("x", ct: Stop));
        var scheduler = await cluster.Client.GetSchedulerAsync(Stop);
        Assert.Equal((0, 0), (scheduler.Tasks, scheduler.PendingRuns));
        Assert.NotEqual(RunStatus.Pending, (await cluster.Client.GetRunAsync(id, Stop))?.Status);
        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, runs);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Overlap_Skip_SkipsOccurrencesWhileARunIsInProgress()
    {
        var started = Channel.CreateUnbounded<DateTimeOffset>();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Seconds(1, "slow", async (TaskRunContext run) =>
        {
            await started.Writer.WriteAsync(run.ScheduledAt);
            await finish.Task;
        }));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestCluster.Start.AddSeconds(1), await started.Reader.ReadAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await cluster.Client.GetTask("slow").DescribeAsync(Stop);
        Assert.False(started.Reader.TryRead(out _));

        var run = Assert.Single(await cluster.Client.GetTask("slow").RunsAsync(ct: Stop));
        finish.SetResult();
        await cluster.Client.WaitAsync(run.RunId, Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestCluster.Start.AddSeconds(4), await started.Reader.ReadAsync(Stop));
    }
}
