namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests changes whose answer is lost, so that the client repeats them. Each takes effect once, and the repetition gets the first answer.
/// </summary>
public sealed class RequestTests
{
    private static readonly DateTimeOffset Past = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private readonly RequestRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TriggerAsync_ResponseLost_CreatesOneRun(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var task = cluster.Client.GetTask("work");

        var id = await _rig.RepeatedAsync(cluster, failover, "ITaskGrain.TriggerAsync", () => task.TriggerAsync(Stop));
        await cluster.Client.WaitAsync(id, Stop);

        Assert.Equal([id], _rig.Ran);
        Assert.Equal(id, Assert.Single(await task.RunsAsync(ct: Stop)).RunId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TriggerAsync_ResponseLostThenSchedulerStopped_ReturnsTheCreatedRun()
    {
        await using var cluster = await _rig.StartAsync();

        var id = await _rig.RepeatedAsync(cluster, true, "ITaskGrain.TriggerAsync", () => cluster.Client.GetTask("work").TriggerAsync(Stop),
            () => cluster.Client.StopAsync(Stop));

        Assert.Equal(id, (await cluster.Client.WaitAsync(id, Stop)).RunId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_ResponseLostThenTaskCancelled_ReturnsTheStoredRun()
    {
        await using var cluster = await _rig.StartAsync();

        var id = await _rig.RepeatedAsync(
            cluster,
            false,
            "ITaskGrain.DispatchAsync",
            () => cluster.Client.DispatchAsync("work", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop),
            () => cluster.Client.GetTask("work").CancelAsync(Stop));

        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(id, Stop)).Status);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelAsync_ResponseLost_ReportsTheCancellation(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var task = cluster.Client.GetTask("work");

        Assert.True(await _rig.RepeatedAsync(cluster, failover, "ITaskGrain.CancelAsync", () => task.CancelAsync(Stop)));

        Assert.False(await task.CancelAsync(Stop));
        Assert.Single((await task.DescribeAsync(Stop)).Changes!, c => c.Kind == TaskEventKind.TaskCancelled);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelAsync_ResponseLostThenTaskRevived_KeepsTheTask()
    {
        await using var cluster = await _rig.StartAsync();
        var task = cluster.Client.GetTask("work");

        Assert.True(await _rig.RepeatedAsync(cluster, false, "ITaskGrain.CancelAsync", () => task.CancelAsync(Stop), async () =>
        {
            await cluster.Client.ScheduleAsync(Work(), Stop);
            await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop);
        }));

        Assert.Equal(TaskState.Active, (await task.DescribeAsync(Stop)).State);
        Assert.Equal(RunStatus.Pending, Assert.Single(await task.RunsAsync(ct: Stop)).Status);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelRunAsync_ResponseLost_ReportsTheCancellation(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var id = await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop);

        Assert.True(
            await _rig.RepeatedAsync(cluster, failover, "ITaskGrain.CancelRunAsync", () => cluster.Client.CancelRunAsync(id, Stop)));

        Assert.False(await cluster.Client.CancelRunAsync(id, Stop));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PauseAsync_ResponseLost_IsOneChange(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var task = cluster.Client.GetTask("work");
        var before = (await task.DescribeAsync(Stop)).Revision;

        var paused = await _rig.RepeatedAsync(cluster, failover, "ITaskGrain.PauseAsync", () => task.PauseAsync("why", ct: Stop));

        Assert.Equal((TaskState.Paused, "why", before + 1), (paused.State, paused.PauseNote, paused.Revision));
        Assert.Single((await task.DescribeAsync(Stop)).Changes!, c => c.Kind == TaskEventKind.TaskPaused);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResumeAsync_ResponseLostThenPausedAgain_KeepsThePause(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var task = cluster.Client.GetTask("work");
        await task.PauseAsync("first", ct: Stop);

        await _rig.RepeatedAsync(cluster, failover, "ITaskGrain.ResumeAsync", () => task.ResumeAsync(Stop),
            () => task.PauseAsync("second", ct: Stop));

        Assert.Equal("second", (await task.DescribeAsync(Stop)).PauseNote);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UpdateAsync_ResponseLost_IsOneChange(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var (task, calls) = (cluster.Client.GetTask("work"), 0);
        var before = (await task.DescribeAsync(Stop)).Revision;

        var after = await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.RegisterAsync",
            () => task.UpdateAsync(r => r with { Options = new TaskOptions { Description = $"{++calls}" } }, Stop));

        Assert.Equal((1, before + 1, "1"), (calls, after.Revision, after.Options.Description));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ScheduleAsync_CreateOnlyResponseLost_ReportsTheCreation(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        var registration = Work() with { Name = "new", CreateOnly = true };

        var handle = await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.RegisterAsync",
            () => cluster.Client.ScheduleAsync(registration, Stop));

        Assert.True(handle.Registration!.Created);
        Assert.Equal(1, handle.Registration.Task.Revision);
        await Assert.ThrowsAsync<TaskConflictException>(() => cluster.Client.ScheduleAsync(registration, Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_ResponseLostThenRegisteredAgain_KeepsTheLaterRegistration()
    {
        await using var cluster = await _rig.StartAsync();
        TaskRegistration Described(string text) => Work() with { Options = new TaskOptions { Description = text } };

        await _rig.RepeatedAsync(
            cluster, false, "ISchedulerGrain.RegisterAsync", () => cluster.Client.ScheduleAsync(Described("mine"), Stop),
            () => cluster.Client.ScheduleAsync(Described("theirs"), Stop));

        Assert.Equal("theirs", (await cluster.Client.GetTask("work").DescribeAsync(Stop)).Options.Description);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BackfillAsync_ResponseLostThenScheduleChanged_CreatesNoOtherRuns(bool failover)
    {
        await using var cluster = await _rig.StartAsync();
        await cluster.Client.ScheduleAsync(Work() with { Schedule = TaskSchedule.Cron("0 9 * * *") }, Stop);

        var runs = await _rig.RepeatedAsync(
            cluster,
            failover,
            "ITaskGrain.BackfillAsync",
            () => cluster.Client.GetTask("work").BackfillAsync(Past, Past.AddDays(3), Stop),
            () => cluster.Client.GetTask("work").UpdateAsync(r => r with { Schedule = TaskSchedule.Cron("0 9,10 * * *") }, Stop));
        foreach (var run in runs)
        {
            await cluster.Client.WaitAsync(run, Stop);
        }

        Assert.Equal(3, runs.Count);
        Assert.Equal(runs.Order(Comparer<RunId>.Create((a, b) => a.Value.CompareTo(b.Value))),
            _rig.Ran.Order(Comparer<RunId>.Create((a, b) => a.Value.CompareTo(b.Value))));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calendars_ResponseLost_RepeatReturnsTheFirstResponse(bool failover)
    {
        await using var cluster = await _rig.StartAsync();

        Assert.True(
            await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.PutCalendarAsync",
                () => cluster.Client.PutCalendarAsync("bank", new BusinessCalendar(), Stop)));
        Assert.True(
            await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.RemoveCalendarAsync",
                () => cluster.Client.RemoveCalendarAsync("bank", Stop)));
        Assert.False(await cluster.Client.RemoveCalendarAsync("bank", Stop));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_ResponseLostThenStarted_KeepsItStarted(bool failover)
    {
        await using var cluster = await _rig.StartAsync();

        await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.StopAsync", () => Done(cluster.Client.StopAsync(Stop)),
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(0).StartAsync());

        Assert.Equal(SchedulerState.Started, (await cluster.Client.GetSchedulerAsync(Stop)).State);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClearAsync_ResponseLostThenRegistered_KeepsTheTask(bool failover)
    {
        await using var cluster = await _rig.StartAsync();

        await _rig.RepeatedAsync(cluster, failover, "ISchedulerGrain.ClearAsync", () => Done(cluster.Client.ClearAsync(Stop)),
            () => cluster.Client.ScheduleAsync(Work() with { Name = "new" }, Stop));

        Assert.Equal("new", Assert.Single(await cluster.Client.ListAsync(ct: Stop).ToListAsync(Stop)).Name);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PutGroupAsync_ResponseLostThenLimitsChanged_KeepsTheLaterLimits(bool failover)
    {
        await using var cluster = await _rig.StartAsync();

        await _rig.RepeatedAsync(
            cluster,
            failover,
            "IRunGroupGrain.PutAsync",
            () => cluster.Client.PutGroupAsync("group", new RunGroup { MaxConcurrentRuns = 1 }, Stop),
            () => cluster.Client.PutGroupAsync("group", new RunGroup { MaxConcurrentRuns = 2 }, Stop));

        Assert.Equal(2, (await cluster.Client.GetGroupAsync("group", Stop)).Limits.MaxConcurrentRuns);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BroadcastAsync_ResponseLost_IsDeliveredOnce()
    {
        await using var cluster = await _rig.StartAsync();
        await using var heard = await cluster.Client.SubscribeBroadcastsAsync(Stop);

        await _rig.RepeatedAsync(cluster, false, "IBroadcastGrain.SendAsync", () => Done(cluster.Client.BroadcastAsync("once", Stop)));
        await cluster.Client.BroadcastAsync("last", Stop);

        var messages = new List<string?>();
        await foreach (var message in heard.WithCancellation(Stop))
        {
            messages.Add(message.GetValue<string>());
            if (messages[^1] == "last")
            {
                break;
            }
        }

        Assert.Equal(["once", "last"], messages);
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private static TaskRegistration Work() => new() { Name = "work", Handler = "work" };
}
