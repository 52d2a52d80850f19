namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests the event streams, and the recorded changes.</summary>
public sealed class EventTests
{
    private readonly LogWatch _logs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Events_OfARun_ReportStartProgressAndEnd()
    {
        await using var cluster = await StartAsync();
        await using var events = await cluster.Client.SubscribeEventsAsync("work", Stop);

        using (TaskActor.As("alice"))
        {
            await cluster.Client.DispatchAsync("work", ct: Stop);
        }

        var heard = await TakeAsync(cluster, events, 3);
        Assert.Equal([TaskEventKind.RunStarted, TaskEventKind.RunProgressed, TaskEventKind.RunEnded], heard.Select(e => e.Kind).Order());
        Assert.All(heard, e => Assert.Equal(("work", "alice", 1), (e.Task, e.By, e.Attempt)));
        Assert.Equal(0.5, heard.Single(e => e.Kind == TaskEventKind.RunProgressed).Progress!.Fraction);
        Assert.Equal(RunStatus.Succeeded, heard.Single(e => e.Kind == TaskEventKind.RunEnded).Status);
        Assert.Equal("alice", (await cluster.Client.WaitAsync(heard[0].RunId!.Value, Stop)).RequestedBy);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Events_OfEveryTask_ReportWhoChangedWhatAndTheTaskRecordsIt()
    {
        await using var cluster = await StartAsync();
        await using var events = await cluster.Client.SubscribeEventsAsync(ct: Stop);
        TaskHandle task;
        using (TaskActor.As("alice"))
        {
            task = await cluster.Client.ScheduleAsync(
                new TaskRegistration { Name = "added", Handler = "work", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)) }, Stop);
            await task.UpdateAsync(r => r with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(2)) }, Stop);
        }

        await task.PauseAsync("quarter end", by: "bob", ct: Stop);
        await task.ResumeAsync(Stop);
        await task.CancelAsync(Stop);

        var heard = await TakeAsync(cluster, events, 5);
        Assert.Equal(
            ["TaskRegistered alice ", "TaskChanged alice schedule every hour → every 2 hours", "TaskPaused bob quarter end",
                "TaskResumed  ", "TaskCancelled  "],
            heard.Select(e => $"{e.Kind} {e.By} {e.Note}"));
        var kept = (await task.DescribeAsync(Stop)).Changes!;
        Assert.Equal(heard.Skip(1).Reverse().Select(e => $"{e.Kind} {e.By} {e.Note}"), kept.Select(c => $"{c.Kind} {c.By} {c.Note}"));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Events_OfOccurrences_ReportSkippedAndMissedOnes()
    {
        await using var cluster = await StartAsync();
        await using var events = await cluster.Client.SubscribeEventsAsync("hourly", Stop);
        cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(1));
        Assert.Equal(TaskEventKind.RunStarted, (await TakeAsync(cluster, events, 1))[0].Kind);

        cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(2));
        var skipped = (await TakeAsync(cluster, events, 1))[0];
        Assert.Equal((TaskEventKind.OccurrenceSkipped, OutcomeReason.Overlap, TestCluster.Start.AddHours(2)),
            (skipped.Kind, skipped.Reason, skipped.ScheduledAt));

        cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(5.5));
        var missed = (await TakeAsync(cluster, events, 1))[0];
        Assert.Equal((TaskEventKind.OccurrenceMissed, OutcomeReason.Outage, TestCluster.Start.AddHours(3)),
            (missed.Kind, missed.Reason, missed.ScheduledAt));
        Assert.InRange(missed.Until!.Value, TestCluster.Start.AddHours(5), TestCluster.Start.AddHours(5.5));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Events_OfARunThatTakesTooLongAndDoesNotStop_ReportBoth()
    {
        await using var cluster = await StartAsync();
        await using var events = await cluster.Client.SubscribeEventsAsync("stubborn", Stop);
        var run = await cluster.Client.DispatchAsync("stubborn", ct: Stop);
        Assert.Equal(TaskEventKind.RunStarted, (await TakeAsync(cluster, events, 1))[0].Kind);

        cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(TaskEventKind.RunTooLong, (await TakeAsync(cluster, events, 1))[0].Kind);
        await _logs.UntilAsync(382, 1);

        await cluster.Client.CancelRunAsync(run, Stop);
        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(TaskEventKind.RunIgnoresCancellation, (await TakeAsync(cluster, events, 1))[0].Kind);
        var info = await cluster.Client.GetRunAsync(run, Stop);
        Assert.Equal((RunStatus.Running, true, true), (info!.Status, info.CancelRequested, info.IgnoresCancellation));

        _release.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(run, Stop)).Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Events_OfAWaitingRun_ReportThatItIsOverdue()
    {
        await using var cluster = await StartAsync();
        await using var events = await cluster.Client.SubscribeEventsAsync("one-by-one", Stop);
        await cluster.Client.DispatchAsync("one-by-one", ct: Stop);
        Assert.Equal(TaskEventKind.RunStarted, (await TakeAsync(cluster, events, 1))[0].Kind);
        var second = await cluster.Client.DispatchAsync("one-by-one", ct: Stop);

        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        cluster.Clock.Advance(TimeSpan.FromSeconds(5));

        var overdue = (await TakeAsync(cluster, events, 1))[0];
        Assert.Equal((TaskEventKind.RunOverdue, second), (overdue.Kind, overdue.RunId));
        Assert.Contains("places of its task", overdue.Note, StringComparison.Ordinal);
        _release.SetResult();
        await cluster.Client.WaitAsync(second, Stop);
    }

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Reads a number of events. Memory streams are polled by the grains' clock, which therefore advances during the wait.
    /// </summary>
    private static async Task<List<TaskEvent>> TakeAsync(TestCluster cluster, ITaskSubscription<TaskEvent> events, int count)
    {
        var heard = new List<TaskEvent>();
        await using var enumerator = events.GetAsyncEnumerator(Stop);
        while (heard.Count < count)
        {
            var next = enumerator.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
                await cluster.Client.GetSchedulerAsync(Stop);
            }

            Assert.True(await next);
            heard.Add(enumerator.Current);
        }

        return heard;
    }

    private Task<TestCluster> StartAsync() =>
        TestCluster.StartAsync(1, logs: _logs, options: o => o.DrainTimeout = TimeSpan.Zero, tasks: (tasks, _) => tasks
        .Define("work", (TaskRunContext run) => run.ReportProgress(0.5))
        .Define("stubborn", () => _release.Task, new TaskOptions { TooLongAfter = TimeSpan.FromMinutes(1) })
        .Define("one-by-one", () => _release.Task, new TaskOptions { MaxConcurrentRuns = 1, OverdueAfter = TimeSpan.FromSeconds(30) })
        .Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
            (CancellationToken stop) => new TaskCompletionSource().Task.WaitAsync(stop)));
}
