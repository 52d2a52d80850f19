using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Clusters;

public sealed class TaskTestClusterTests
{
    private const int TestTimeout = 120_000;
    private readonly ConcurrentQueue<(string Task, DateTimeOffset Due)> _made = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestTimeout)]
    public async Task Advance_ByDays_FiresEachOccurrenceAtItsInstant()
    {
        var late = new ConcurrentQueue<TimeSpan>();
        await using var cluster = await TaskTestCluster.StartAsync(
            2,
            tasks => tasks
                .Cron("0 9 * * *", "report", (TaskRunContext run, TimeProvider time) =>
                {
                    _made.Enqueue((run.Task, run.ScheduledAt));
                    late.Enqueue(time.GetUtcNow() - run.ScheduledAt);
                })
                .Minutes(90, "tick", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt))),
            Stop);

        await cluster.AdvanceAsync(TimeSpan.FromDays(3), Stop);

        Assert.Equal((48L, ""),
            await cluster.Client.GetTask("tick").LedgerAsync(ct: Stop) is { } ticks
                ? (ticks.Fired, string.Join(", ", ticks.Totals.Where(t => t.Outcome != OccurrenceOutcome.Fired)))
                : default);
        Assert.Equal([1, 2, 3], _made.Where(m => m.Task == "report").Select(m => (m.Due - TaskRun.DefaultInstant).TotalDays));
        Assert.All(late, l => Assert.InRange(l, TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(48, _made.Count(m => m.Task == "tick"));
        Assert.Equal(TaskRun.DefaultInstant.AddDays(3), cluster.Now);
        Assert.Equal((3L, 0L),
            await cluster.Client.GetTask("report").LedgerAsync(ct: Stop) is { } ledger ? (ledger.Fired, ledger.Missed) : default);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Advance_ToTheNextOccurrence_FiresItAndReturnsItsInstant()
    {
        await using var cluster = await TaskTestCluster.StartAsync(
            tasks =>
                tasks.Cron("0 9 1 * *", "monthly", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt)))
                    .Define("on-demand", () => { }), Stop);

        Assert.Equal(new(2026, 2, 1, 9, 0, 0, TimeSpan.Zero), await cluster.AdvanceToNextOccurrenceAsync("monthly", Stop));
        Assert.Equal(new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), await cluster.AdvanceToNextOccurrenceAsync("monthly", Stop));
        Assert.Equal(2, _made.Count);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.AdvanceToNextOccurrenceAsync("on-demand", Stop));
        Assert.Contains("'on-demand' has no schedule", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Advance_WithRetriesDelaysAndTimeouts_KeepsTheirInstants()
    {
        await using var cluster = await TaskTestCluster.StartAsync(
            2,
            tasks => tasks
                .Define("flaky", (TaskRunContext run) => run.Attempt < 3 ? throw new InvalidOperationException() : run.Attempt,
                    new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.FromMinutes(10), Jitter = 0 } })
                .Define("slow", async (TimeProvider time, CancellationToken stop) => await Task.Delay(TimeSpan.FromHours(5), time, stop),
                    new TaskOptions { Timeout = TimeSpan.FromHours(1) })
                .Define("longer", async (TimeProvider time, CancellationToken stop) => await Task.Delay(TimeSpan.FromHours(5), time, stop)),
            Stop);
        var flaky = await cluster.Client.DispatchAsync("flaky", options: new DispatchOptions { Delay = TimeSpan.FromHours(1) }, ct: Stop);
        var slow = await cluster.Client.DispatchAsync("slow", ct: Stop);
        var longer = await cluster.Client.DispatchAsync("longer", ct: Stop);

        await cluster.AdvanceAsync(TimeSpan.FromHours(2), Stop);

        var first = await cluster.Client.WaitAsync(flaky, Stop);
        Assert.Equal((RunStatus.Succeeded, 3), (first.Status, first.Attempt));
        Assert.InRange(first.StartedAt!.Value - TaskRun.DefaultInstant, TimeSpan.FromMinutes(90),
            TimeSpan.FromMinutes(90) + TimeSpan.FromSeconds(1));
        var second = await cluster.Client.WaitAsync(slow, Stop);
        Assert.Equal(RunStatus.TimedOut, second.Status);
        Assert.InRange(second.FinishedAt - TaskRun.DefaultInstant, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Running, (await cluster.Client.GetRunAsync(longer, Stop))!.Status);

        await cluster.AdvanceAsync(TimeSpan.FromHours(3), Stop);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(longer, Stop)).Status);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Quiet_AfterDispatches_WaitsUntilTheyHaveEnded()
    {
        await using var cluster = await TaskTestCluster.StartAsync(2,
            tasks => tasks.Define("note", (int n) => _made.Enqueue(($"{n}", default))), Stop);
        for (var n = 0; n < 50; n++)
        {
            await cluster.Client.DispatchAsync("note", [n], ct: Stop);
        }

        await cluster.WhenQuietAsync(Stop);
        Assert.Equal(50, _made.Count);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Quiet_WhileAHandlerWaitsForTheTest_NamesItsRun()
    {
        var letGo = new TaskCompletionSource();
        await using var cluster = await TaskTestCluster.StartAsync(1, tasks => tasks.Define("held", () => letGo.Task),
            o => o.Patience = TimeSpan.FromSeconds(2), Stop);
        var run = await cluster.Client.DispatchAsync("held", ct: Stop);
        await cluster.AdvanceAsync(TimeSpan.FromMinutes(1), Stop);
        var e = await Assert.ThrowsAsync<TimeoutException>(() => cluster.WhenQuietAsync(Stop));
        Assert.Contains($"{run}", e.Message, StringComparison.Ordinal);
        letGo.SetResult();
        await cluster.WhenQuietAsync(Stop);
        Assert.True((await cluster.Client.WaitAsync(run, Stop)).Successful);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Advance_OverAPauseAndAnOverlap_Continues()
    {
        await using var cluster = await TaskTestCluster.StartAsync(
            1,
            tasks => tasks
                .Hours(1, "hourly", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt)))
                .Minutes(10, "long", async (TaskRunContext run, TimeProvider time) =>
                {
                    _made.Enqueue((run.Task, run.ScheduledAt));
                    await Task.Delay(TimeSpan.FromMinutes(25), time);
                }),
            Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(1), Stop);
        await cluster.Client.GetTask("hourly").PauseAsync("test", ct: Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(2), Stop);
        await cluster.Client.GetTask("hourly").ResumeAsync(Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(1), Stop);

        Assert.Equal([1, 4], _made.Where(m => m.Task == "hourly").Select(m => (m.Due - TaskRun.DefaultInstant).TotalHours));
        Assert.Equal([10, 40, 70, 100, 130, 160, 190, 220],
            _made.Where(m => m.Task == "long").Select(m => (m.Due - TaskRun.DefaultInstant).TotalMinutes));
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Silos_ThatComeAndGo_LoseNoOccurrence()
    {
        await using var cluster = await TaskTestCluster.StartAsync(3,
            tasks => tasks.Hours(1, "hourly", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt))), Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(5), Stop);
        await cluster.KillSiloAsync(ct: Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(5), Stop);
        await cluster.AddSiloAsync(Stop);
        await cluster.StopSiloAsync(cluster.Silos[0], Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(5), Stop);

        Assert.Equal(2, cluster.Silos.Count);
        Assert.Equal(Enumerable.Range(1, 15), _made.Select(m => (int)(m.Due - TaskRun.DefaultInstant).TotalHours).Distinct());
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Restart_OfEverything_KeepsStoredData()
    {
        await using var cluster = await TaskTestCluster.StartAsync(2,
            tasks => tasks.Define("note", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt))), Stop);
        await cluster.Client.ScheduleAsync(
            new TaskRegistration
            {
                Name = "hourly",
                Handler = "note",
                Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), TaskRun.DefaultInstant)
            }, Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(2), Stop);
        await cluster.RestartAsync(ct: Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(2), Stop);

        Assert.Equal([1, 2, 3, 4], _made.Select(m => (m.Due - TaskRun.DefaultInstant).TotalHours));
        Assert.Equal(4, (await cluster.Client.GetTask("hourly").LedgerAsync(ct: Stop)).Fired);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Storage_Failing_IsCaughtUpAfterItRecovers()
    {
        await using var cluster = await TaskTestCluster.StartAsync(1,
            tasks => tasks.Hours(1, "hourly", (TaskRunContext run) => _made.Enqueue((run.Task, run.ScheduledAt))), Stop);
        await cluster.AdvanceAsync(TimeSpan.FromHours(1), Stop);
        await using (await cluster.FailStorageAsync())
        {
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
                await cluster.Client.DispatchAsync("hourly", ct: soon.Token);
            });
        }

        await cluster.AdvanceAsync(TimeSpan.FromHours(1), Stop);
        Assert.Contains(_made, m => m.Due == TaskRun.DefaultInstant.AddHours(2));
        Assert.True(cluster.Storage.Failures > 0);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Clients_OfAllWebServers_HearResultsAndBroadcasts()
    {
        var options = new TaskTestClusterOptions
        {
            Silos = 2,
            WebClients = 3,
            Tasks = tasks => tasks.Define("price", async (string item, TaskRunContext run) =>
            {
                await run.BroadcastAsync(item);
                return item.Length;
            }),
        };
        await using var cluster = await TaskTestCluster.StartAsync(options, Stop);
        Assert.Equal(3, cluster.Clients.Distinct().Count());
        var heard = new List<ITaskSubscription<BroadcastMessage>>();
        foreach (var client in cluster.Clients)
        {
            heard.Add(await client.SubscribeBroadcastsAsync(Stop));
        }

        Assert.Equal(3, await cluster.Clients[2].RunAsync<int>("price", ["tea"], ct: Stop));
        foreach (var subscription in heard)
        {
            Assert.Equal("tea", (await subscription.FirstAsync(Stop)).GetValue<string>());
            await subscription.DisposeAsync();
        }
    }

    [Fact(Timeout = TestTimeout)]
    public async Task Start_InvalidDefinitions_ListsTheFaults()
    {
        var e = await Assert.ThrowsAnyAsync<Exception>(
            () => TaskTestCluster.StartAsync(tasks => tasks.Define("a", (IServiceCollection missing) => { }), Stop));
        Assert.Contains("'missing'", e.ToString(), StringComparison.Ordinal);
    }
}
