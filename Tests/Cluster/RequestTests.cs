using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Client.Links;
using OrleansTasks.Partitions;
using OrleansTasks.Running;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests changes whose answer is lost, so that the client repeats them. Each takes effect once, and the repetition gets the first answer.
/// </summary>
public sealed class RequestTests
{
    private static readonly DateTimeOffset Past = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private readonly LostAnswers _answers = new();
    private readonly ConcurrentQueue<RunId> _ran = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TriggerAsync_ResponseLost_CreatesOneRun(bool failover)
    {
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("work");

        var id = await RepeatedAsync(cluster, failover, "ITaskGrain.TriggerAsync", () => task.TriggerAsync(Stop));
        await cluster.Client.WaitAsync(id, Stop);

        Assert.Equal([id], _ran);
        Assert.Equal(id, Assert.Single(await task.RunsAsync(ct: Stop)).RunId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TriggerAsync_ResponseLostThenSchedulerStopped_ReturnsTheCreatedRun()
    {
        await using var cluster = await StartAsync();

        var id = await RepeatedAsync(cluster, true, "ITaskGrain.TriggerAsync", () => cluster.Client.GetTask("work").TriggerAsync(Stop),
            () => cluster.Client.StopAsync(Stop));

        Assert.Equal(id, (await cluster.Client.WaitAsync(id, Stop)).RunId);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_ResponseLostThenTaskCancelled_ReturnsTheStoredRun()
    {
        await using var cluster = await StartAsync();

        var id = await RepeatedAsync(
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
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("work");

        Assert.True(await RepeatedAsync(cluster, failover, "ITaskGrain.CancelAsync", () => task.CancelAsync(Stop)));

        Assert.False(await task.CancelAsync(Stop));
        Assert.Single((await task.DescribeAsync(Stop)).Changes!, c => c.Kind == TaskEventKind.TaskCancelled);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelAsync_ResponseLostThenTaskRevived_KeepsTheTask()
    {
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("work");

        Assert.True(await RepeatedAsync(cluster, false, "ITaskGrain.CancelAsync", () => task.CancelAsync(Stop), async () =>
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
        await using var cluster = await StartAsync();
        var id = await cluster.Client.DispatchAsync("work", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop);

        Assert.True(await RepeatedAsync(cluster, failover, "ITaskGrain.CancelRunAsync", () => cluster.Client.CancelRunAsync(id, Stop)));

        Assert.False(await cluster.Client.CancelRunAsync(id, Stop));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PauseAsync_ResponseLost_IsOneChange(bool failover)
    {
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("work");
        var before = (await task.DescribeAsync(Stop)).Revision;

        var paused = await RepeatedAsync(cluster, failover, "ITaskGrain.PauseAsync", () => task.PauseAsync("why", ct: Stop));

        Assert.Equal((TaskState.Paused, "why", before + 1), (paused.State, paused.PauseNote, paused.Revision));
        Assert.Single((await task.DescribeAsync(Stop)).Changes!, c => c.Kind == TaskEventKind.TaskPaused);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ResumeAsync_ResponseLostThenPausedAgain_KeepsThePause(bool failover)
    {
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("work");
        await task.PauseAsync("first", ct: Stop);

        await RepeatedAsync(cluster, failover, "ITaskGrain.ResumeAsync", () => task.ResumeAsync(Stop),
            () => task.PauseAsync("second", ct: Stop));

        Assert.Equal("second", (await task.DescribeAsync(Stop)).PauseNote);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UpdateAsync_ResponseLost_IsOneChange(bool failover)
    {
        await using var cluster = await StartAsync();
        var (task, calls) = (cluster.Client.GetTask("work"), 0);
        var before = (await task.DescribeAsync(Stop)).Revision;

        var after = await RepeatedAsync(cluster, failover, "ISchedulerGrain.RegisterAsync",
            () => task.UpdateAsync(r => r with { Options = new TaskOptions { Description = $"{++calls}" } }, Stop));

        Assert.Equal((1, before + 1, "1"), (calls, after.Revision, after.Options.Description));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ScheduleAsync_CreateOnlyResponseLost_ReportsTheCreation(bool failover)
    {
        await using var cluster = await StartAsync();
        var registration = Work() with { Name = "new", CreateOnly = true };

        var handle = await RepeatedAsync(cluster, failover, "ISchedulerGrain.RegisterAsync",
            () => cluster.Client.ScheduleAsync(registration, Stop));

        Assert.True(handle.Registration!.Created);
        Assert.Equal(1, handle.Registration.Task.Revision);
        await Assert.ThrowsAsync<TaskConflictException>(() => cluster.Client.ScheduleAsync(registration, Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ScheduleAsync_ResponseLostThenRegisteredAgain_KeepsTheLaterRegistration()
    {
        await using var cluster = await StartAsync();
        TaskRegistration Described(string text) => Work() with { Options = new TaskOptions { Description = text } };

        await RepeatedAsync(
            cluster, false, "ISchedulerGrain.RegisterAsync", () => cluster.Client.ScheduleAsync(Described("mine"), Stop),
            () => cluster.Client.ScheduleAsync(Described("theirs"), Stop));

        Assert.Equal("theirs", (await cluster.Client.GetTask("work").DescribeAsync(Stop)).Options.Description);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BackfillAsync_ResponseLostThenScheduleChanged_CreatesNoOtherRuns(bool failover)
    {
        await using var cluster = await StartAsync();
        await cluster.Client.ScheduleAsync(Work() with { Schedule = TaskSchedule.Cron("0 9 * * *") }, Stop);

        var runs = await RepeatedAsync(
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
            _ran.Order(Comparer<RunId>.Create((a, b) => a.Value.CompareTo(b.Value))));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calendars_ResponseLost_RepeatReturnsTheFirstResponse(bool failover)
    {
        await using var cluster = await StartAsync();

        Assert.True(
            await RepeatedAsync(cluster, failover, "ISchedulerGrain.PutCalendarAsync",
                () => cluster.Client.PutCalendarAsync("bank", new BusinessCalendar(), Stop)));
        Assert.True(
            await RepeatedAsync(cluster, failover, "ISchedulerGrain.RemoveCalendarAsync",
                () => cluster.Client.RemoveCalendarAsync("bank", Stop)));
        Assert.False(await cluster.Client.RemoveCalendarAsync("bank", Stop));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_ResponseLostThenStarted_KeepsItStarted(bool failover)
    {
        await using var cluster = await StartAsync();

        await RepeatedAsync(cluster, failover, "ISchedulerGrain.StopAsync", () => Done(cluster.Client.StopAsync(Stop)),
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(0).StartAsync());

        Assert.Equal(SchedulerState.Started, (await cluster.Client.GetSchedulerAsync(Stop)).State);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClearAsync_ResponseLostThenRegistered_KeepsTheTask(bool failover)
    {
        await using var cluster = await StartAsync();

        await RepeatedAsync(cluster, failover, "ISchedulerGrain.ClearAsync", () => Done(cluster.Client.ClearAsync(Stop)),
            () => cluster.Client.ScheduleAsync(Work() with { Name = "new" }, Stop));

        Assert.Equal("new", Assert.Single(await cluster.Client.ListAsync(ct: Stop).ToListAsync(Stop)).Name);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PutGroupAsync_ResponseLostThenLimitsChanged_KeepsTheLaterLimits(bool failover)
    {
        await using var cluster = await StartAsync();

        await RepeatedAsync(
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
        await using var cluster = await StartAsync();
        await using var heard = await cluster.Client.SubscribeBroadcastsAsync(Stop);

        await RepeatedAsync(cluster, false, "IBroadcastGrain.SendAsync", () => Done(cluster.Client.BroadcastAsync("once", Stop)));
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

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce, true)]
    [InlineData(RunGuarantee.AtMostOnce, false)]
    [InlineData(RunGuarantee.AtLeastOnce, true)]
    public async Task DispatchAsync_RepeatedAfterItsResultLeftTheHistory_RunsOnce(RunGuarantee guarantee, bool repeated)
    {
        var storage = new SharedStorage();
        var request = new DispatchRequest { Id = Guid.CreateVersion7(), Options = new DispatchOptions { Guarantee = guarantee } };
        await using (var first = await StartAsync(storage))
        {
            await first.Cluster.GetGrain<ITaskGrain>("work").DispatchAsync(request);
            await first.Client.WaitAsync(new RunId("work", request.Id), Stop);
            foreach (var id in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => first.Client.DispatchAsync("work", ct: Stop))))
            {
                await first.Client.WaitAsync(id, Stop);
            }

            // On deactivation, the history is written, and the partition forgets the runs.
            await DeactivateAsync(first);
            await RepeatAsync(first);
        }

        await using var second = await StartAsync(storage);
        await RepeatAsync(second);

        async Task RepeatAsync(TestCluster cluster)
        {
            Assert.Null(await cluster.Client.GetRunAsync(new RunId("work", request.Id), Stop));
            Assert.Equal(request.Id,
                (await cluster.Cluster.GetGrain<ITaskGrain>("work").DispatchAsync(request with { Repeated = repeated })).Value);

            // A run that is dispatched later also ends later.
            await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("work", ct: Stop), Stop);
            Assert.Single(_ran, r => r.Value == request.Id);
        }
    }

    /// <summary>
    /// Nothing is stored about an awaited run. Here its first message arrives after the task has moved and after the result has left the
    /// history.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BeginRunAsync_FirstMessageArrivesAfterTheTaskMoved_RunsOnce()
    {
        await using var cluster = await StartAsync(new SharedStorage());
        var task = cluster.Cluster.GetGrain<ITaskGrain>("work");
        var request = new RunRequest
        {
            Id = Guid.CreateVersion7(),
            Met = Guid.Empty,
            Options = new RunOptions { Guarantee = RunGuarantee.AtMostOnce }
        };
        Assert.NotNull(await task.BeginRunAsync(request));
        for (var n = 0; n < 10; n++)
        {
            await cluster.Client.RunAsync("work", ct: Stop);
        }

        await DeactivateAsync(cluster);
        await Assert.ThrowsAsync<UnmetActivationException>(() => task.BeginRunAsync(request).AsTask());

        // The caller has asked again. Other callers notice nothing.
        Assert.Equal(RunStatus.Lost, (await task.BeginRunAsync(request with { Repeated = true }))!.Status);
        await cluster.Client.RunAsync("work", ct: Stop);
        Assert.Single(_ran, r => r.Value == request.Id);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TriggerAsync_WhileStorageHangs_CreatesOneRun()
    {
        var storage = new SharedStorage();
        await using var cluster = await StartAsync(storage);
        var task = cluster.Client.GetTask("work");
        await task.DescribeAsync(Stop);

        // The answer comes when storage continues. Until then the partition's timeout ends the calls, and the client repeats them.
        var goOn = new TaskCompletionSource();
        storage.BeforeNextWrite = () => goOn.Task;
        var triggered = task.TriggerAsync(Stop);
        await _answers.Happenings.UntilAsync(() => _answers.CallsOf("ITaskGrain.TriggerAsync") >= 3);
        goOn.SetResult();
        var id = await triggered;
        await cluster.Client.WaitAsync(id, Stop);
        await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("work", ct: Stop), Stop);

        Assert.Equal(id, Assert.Single(await task.RunsAsync(ct: Stop), r => r.Trigger == RunTrigger.Manual).RunId);
        Assert.Single(_ran, id);
    }

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private static TaskRegistration Work() => new() { Name = "work", Handler = "work" };

    private static async Task DeactivateAsync(TestCluster cluster)
    {
        var grains = cluster.Services(0).GetRequiredService<LocalGrains>();
        await grains.DeactivateAsync<TaskGrain>(Stop);
        await grains.DeactivateAsync<SchedulerGrain>(Stop);
    }

    /// <summary>Makes a call whose first answer is lost.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="failover">Whether partitions and task grains are activated again before the repetition.</param>
    /// <param name="method">The method whose answer is lost.</param>
    /// <param name="call">The call.</param>
    /// <param name="meanwhile">What happens before the repetition.</param>
    private async Task<T> RepeatedAsync<T>(TestCluster cluster, bool failover, string method, Func<Task<T>> call,
        Func<Task>? meanwhile = null)
    {
        var lost = _answers.Lost;
        _answers.LoseNext(method, async () =>
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            if (failover)
            {
                // Do not await this: the grains deactivate only after the present call.
                DeactivateAsync(cluster).Ignore();
            }
        });
        var answer = await call();
        Assert.Equal(lost + 1, _answers.Lost);
        return answer;
    }

    private Task<TestCluster> StartAsync(SharedStorage? storage = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Define("work", (TaskRunContext run) => _ran.Enqueue(run.RunId),
                new TaskOptions { HistoryLength = 2, KeepSucceeded = new RunRetention { MaxRuns = 0 } }),
        realTime: true,
        options: o => o.Partitions = 1,
        services: s => s.AddSingleton<IIncomingGrainCallFilter>(_answers),
        storage: storage ?? new SharedStorage());
}
