using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Reminders;
using OrleansTasks.Testing;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests reminders of grains that are kept as tasks, through the methods that grains use for reminders of Orleans.</summary>
[Long]
public sealed class ReminderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Ticks _ticks = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RegisterOrUpdateReminder_OfSeveralReminders_TicksEachAtItsTimes()
    {
        await using var cluster = await StartAsync();
        var start = cluster.Now;
        var (one, two) = (Grain(cluster, "one"), Grain(cluster, "two"));
        Assert.Null(await one.FindAsync("none"));
        Assert.Empty(await one.NamesAsync());

        await one.SetAsync("at once", TimeSpan.Zero, Minute);
        await one.SetAsync("often", 5 * Second, 10 * Second);
        await one.SetAsync("late", 2 * Minute, Minute);
        await one.SetAsync("with / and : and ü", Minute, Minute);
        await two.SetAsync("often", 30 * Second, 90 * Second);
        await Grains(cluster).GetGrain<IAwareAlarmGrain>("aware").SetAsync("tick", Minute);
        Assert.Equal(["at once", "late", "often", "with / and : and ü"], (await one.NamesAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(["often"], await two.NamesAsync());
        await cluster.AdvanceAsync((3 * Minute) + Second, Stop);

        // The first occurrence of a schedule is later than its registration.
        Assert.Equal([0.001, 60, 120, 180], _ticks.Of("one", "at once", start));
        Assert.Equal(Enumerable.Range(0, 18).Select(static n => 5.0 + (10 * n)), _ticks.Of("one", "often", start));
        Assert.Equal([120, 180], _ticks.Of("one", "late", start));
        Assert.Equal([60, 120, 180], _ticks.Of("one", "with / and : and ü", start));
        Assert.Equal([30, 120], _ticks.Of("two", "often", start));
        Assert.Equal([60, 120, 180], _ticks.Of("aware", "tick", start));
        var often = _ticks.All.Last(static t => t is { Grain: "one", Reminder: "often" }).Status;
        Assert.Equal((start.UtcDateTime + (5 * Second), 10 * Second), (often.FirstTickTime, often.Period));
        Assert.Equal(DateTimeKind.Utc, often.FirstTickTime.Kind);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.SetAsync("never", -Second, Minute));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.SetAsync("never", Second, TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentException>(() => one.SetAsync(new string('x', 200), Minute, Minute));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Grains(cluster).GetGrain<IDeafGrain>("deaf").SetAsync());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task UnregisterReminder_OfAnOldHandle_IsRefusedAndOfTheLatestStopsIt()
    {
        await using var cluster = await StartAsync();
        var grain = Grain(cluster, "one");
        var first = await grain.SetAsync("timeout", Minute, Minute);
        await cluster.AdvanceAsync(50 * Second, Stop);
        var second = await grain.SetAsync("timeout", Minute, Minute);

        // Registering it again starts its time again.
        await cluster.AdvanceAsync(50 * Second, Stop);
        Assert.Empty(_ticks.All);
        await Assert.ThrowsAsync<ReminderException>(() => grain.StopAsync(first));
        await cluster.AdvanceAsync(10 * Second, Stop);
        Assert.Single(_ticks.All);

        await grain.StopAsync(second);
        await grain.StopAsync(second);
        Assert.Null(await grain.FindAsync("timeout"));
        Assert.Empty(await grain.NamesAsync());
        await cluster.AdvanceAsync(5 * Minute, Stop);
        Assert.Single(_ticks.All);

        await grain.SetAsync("timeout", Minute, Minute);
        await cluster.AdvanceAsync(Minute, Stop);
        Assert.Equal(2, _ticks.All.Count);
        await grain.StopAsync(Assert.IsType<IGrainReminder>(await grain.FindAsync("timeout"), exactMatch: false));
        await Assert.ThrowsAsync<ArgumentException>(() => grain.StopAsync(new OtherReminder()));
        await cluster.AdvanceAsync(5 * Minute, Stop);
        Assert.Equal(2, _ticks.All.Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ReceiveReminder_ThatStopsThrowsOrTakesLong_EndsItsRunAccordingly()
    {
        await using var cluster = await StartAsync();
        var grain = Grain(cluster, "one");
        var (release, stop) = (new TaskCompletionSource(), Stop);
        _ticks.OnTick = async (self, name) =>
        {
            switch (name)
            {
                case "once" or "by hand":
                    await self.UnregisterReminder((await self.GetReminder(name, stop))!, stop);
                    break;
                case "fails":
                    throw new InvalidOperationException("no luck");
                case "slow":
                    await release.Task;
                    break;
            }
        };
        await grain.SetAsync("once", Minute, Minute);
        await grain.SetAsync("fails", Minute, Minute);
        await grain.SetAsync("by hand", TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        var byHand = await TaskOf(cluster, "one", "by hand").TriggerAsync(Stop);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(byHand, Stop)).Status);
        await cluster.AdvanceAsync((2 * Minute) + Second, Stop);

        Assert.Equal(["by hand", "fails", "fails", "once"], _ticks.All.Select(static t => t.Reminder).Order(StringComparer.Ordinal));
        Assert.Equal(["fails"], await grain.NamesAsync());
        var once = Assert.Single((await TaskOf(cluster, "one", "once").HistoryAsync(ct: Stop)).Results);
        Assert.Equal(RunStatus.Succeeded, once.Status);
        var failed = (await TaskOf(cluster, "one", "fails").HistoryAsync(ct: Stop)).Results;
        Assert.Equal([RunStatus.Failed, RunStatus.Failed], failed.Select(static r => r.Status));
        Assert.All(failed, static r => Assert.Contains("no luck", r.Error, StringComparison.Ordinal));

        // A tick that takes longer than the period does not overlap the next ones, which are skipped.
        await Grain(cluster, "two").SetAsync("slow", 10 * Second, 10 * Second);
        await cluster.AdvanceAsync(35 * Second, Stop);
        Assert.Single(_ticks.All, static t => t.Reminder == "slow");
        release.SetResult();
        await cluster.WhenQuietAsync(Stop);
        await cluster.AdvanceAsync(10 * Second, Stop);
        Assert.Equal(2, _ticks.All.Count(static t => t.Reminder == "slow"));
        var ledger = await TaskOf(cluster, "two", "slow").LedgerAsync(ct: Stop);
        Assert.Equal((2, 2), (CountOf(ledger, OccurrenceOutcome.Fired), CountOf(ledger, OccurrenceOutcome.Skipped)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RegisterOrUpdateReminderAsync_WithASchedule_TicksAtItsOccurrences()
    {
        await using var cluster = await StartAsync();
        var start = cluster.Now;
        var grain = Grain(cluster, "one");
        await grain.SetAsync("report", TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"));
        await grain.SetAsync("alarm", TaskSchedule.At(start.AddHours(3)));
        await grain.SetAsync("hourly", TaskSchedule.Every(TimeSpan.FromHours(1)));
        await cluster.AdvanceAsync(TimeSpan.FromMinutes(30), Stop);

        // The same schedule continues at its times.
        await grain.SetAsync("hourly", TaskSchedule.Every(TimeSpan.FromHours(1)));
        await cluster.AdvanceAsync(TimeSpan.FromHours(3), Stop);
        Assert.Equal([3600, 7200, 10800], _ticks.Of("one", "hourly", start));
        Assert.Equal(TimeSpan.FromHours(1), _ticks.All.First(static t => t.Reminder == "hourly").Status.Period);
        Assert.Equal([10800], _ticks.Of("one", "alarm", start));
        Assert.Null(await grain.FindAsync("alarm"));
        await grain.StopAsync((await grain.FindAsync("hourly"))!);
        await cluster.AdvanceAsync(TimeSpan.FromDays(7), Stop);

        var hours = _ticks.Of("one", "report", start).Select(static s => s / 3600);
        Assert.Equal([24, 48, 72, 96, 168], hours);
        var report = _ticks.All.First(static t => t.Reminder == "report").Status;
        Assert.Equal((start.UtcDateTime, TimeSpan.Zero), (report.FirstTickTime, report.Period));
        var task = TaskOf(cluster, "one", "report");
        Assert.Equal("reminder-tick", (await task.DescribeAsync(Stop)).Handler);
        Assert.Equal(5, CountOf(await task.LedgerAsync(ct: Stop), OccurrenceOutcome.Fired));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task KillSiloAsync_WithManyGrains_KeepsAllRemindersTicking()
    {
        const int Many = 40;
        await using var cluster = await StartAsync(silos: 2);
        var grains = Enumerable.Range(0, Many).Select(n => $"grain {n}").ToList();
        await Task.WhenAll(grains.Select(g => Grain(cluster, g).SetAsync("tick", 10 * Second, 10 * Second)));
        var start = cluster.Now;
        await cluster.AdvanceAsync(20 * Second, Stop);
        await cluster.KillSiloAsync(ct: Stop);
        await cluster.AdvanceAsync(20 * Second, Stop);
        await cluster.AddSiloAsync(Stop);
        await cluster.AdvanceAsync(20 * Second, Stop);

        Assert.All(grains, g => Assert.Equal([10, 20, 30, 40, 50, 60], _ticks.Of(g, "tick", start)));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RestartAsync_AfterMissedTicks_GoesOnWithTheNextOrCatchesUp(bool catchesUp)
    {
        await using var cluster = await StartAsync(options: catchesUp ? static o => o with { CatchUp = CatchUpPolicy.Last } : null);
        var start = cluster.Now;
        await Grain(cluster, "one").SetAsync("tick", Minute, Minute);
        await cluster.AdvanceAsync(Minute, Stop);
        await cluster.RestartAsync(after: 3.5 * Minute, ct: Stop);
        await cluster.AdvanceAsync(Minute, Stop);

        double[] expected = catchesUp ? [60, 270, 300] : [60, 300];
        Assert.Equal(expected, _ticks.Of("one", "tick", start));
        Assert.Equal(["tick"], await Grain(cluster, "one").NamesAsync());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task MoveRemindersToTasksAsync_OfATable_KeepsTheirTimes()
    {
        await using var cluster = await StartAsync(silo: silo => silo.UseInMemoryReminderService().AddTaskReminders(besideOrleans: true));
        var start = cluster.Now;
        var services = cluster.Silos[0].Services;
        var table = services.GetRequiredService<IReminderTable>();
        await table.UpsertRow(Row("old", "past", start.AddSeconds(-90), Minute), Stop);
        await table.UpsertRow(Row("old", "future", start.AddSeconds(90), Minute), Stop);
        await table.UpsertRow(Row("new", "both", start.AddSeconds(-90), Minute), Stop);
        await Grain(cluster, "new").SetAsync("both", Minute, Minute);

        Assert.Equal(3, await services.MoveRemindersToTasksAsync(Stop));
        Assert.Equal(0, await services.MoveRemindersToTasksAsync(Stop));
        Assert.Empty((await table.ReadRows(0, 0, Stop)).Reminders);
        await cluster.AdvanceAsync(2.5 * Minute, Stop);

        Assert.Equal([30, 90, 150], _ticks.Of("old", "past", start));
        Assert.Equal(start.UtcDateTime.AddSeconds(-90), _ticks.All.First(static t => t.Reminder == "past").Status.FirstTickTime);
        Assert.Equal([90, 150], _ticks.Of("old", "future", start));
        Assert.Equal([60, 120], _ticks.Of("new", "both", start));

        ReminderEntry Row(string grain, string name, DateTimeOffset startAt, TimeSpan period) => new()
        {
            GrainId = Grain(cluster, grain).GetGrainId(),
            ReminderName = name,
            StartAt = startAt.UtcDateTime,
            Period = period,
        };
    }

    private static long CountOf(TaskLedger ledger, OccurrenceOutcome outcome) =>
        ledger.Totals.Where(t => t.Outcome == outcome).Sum(static t => t.Count);

    private static IGrainFactory Grains(TaskTestCluster cluster) => cluster.ClientServices[0].GetRequiredService<IGrainFactory>();

    private static IAlarmGrain Grain(TaskTestCluster cluster, string key) => Grains(cluster).GetGrain<IAlarmGrain>(key);

    private static TaskHandle TaskOf(TaskTestCluster cluster, string grain, string reminder) =>
        cluster.Client.GetTask(ReminderNames.TaskOf(Grain(cluster, grain).GetGrainId(), reminder));

    private Task<TaskTestCluster> StartAsync(
        int silos = 1, Func<TaskOptions, TaskOptions>? options = null, Action<ISiloBuilder>? silo = null) => TaskTestCluster.StartAsync(
        new TaskTestClusterOptions
        {
            Silos = silos,
            Start = TestCluster.Start,
            Services = services => services.AddSingleton(_ticks),
            Silo = silo ?? (s => s.AddTaskReminders(options)),
        },
        Stop);
}

/// <summary>Represents a handle of another reminder service.</summary>
[GenerateSerializer]
internal sealed class OtherReminder : IGrainReminder
{
    [Id(0)]
    public string ReminderName { get; set; } = "timeout";
}
