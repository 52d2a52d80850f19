using System.Collections.Concurrent;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Runs a year of mixed schedules on three silos in virtual time, with clock changes, holidays, a pause, a stop, silos that stop and die,
/// and a full outage. Handlers must have run exactly what the schedules planned, except what was skipped, and the ledgers must add up to
/// the last instant.
/// </summary>
[Long]
public sealed class YearTests
{
    /// <summary>
    /// Ten times what the year takes on an idle machine with two cores. This ends a test that hangs, but does not fail on a slow machine.
    /// </summary>
    private const int YearTimeout = 300_000;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BusinessCalendar Bank = new() { Closed = [new(2026, 4, 3), new(2026, 4, 6), new(2026, 12, 25)] };
    private readonly ConcurrentDictionary<(string Task, DateTimeOffset Due), int> _made = new();
    private readonly Happenings _happened = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly Dictionary<string, TaskSchedule> Schedules = new()
    {
        ["six-hourly"] = TaskSchedule.Every(TimeSpan.FromHours(6), Begin),
        ["every-500-minutes"] = TaskSchedule.Every(TimeSpan.FromMinutes(500), Begin.AddMinutes(8)),
        ["new-york"] = TaskSchedule.Cron("30 2 * * *", "America/New_York").WhenClocksChange(GapRule.Skip, OverlapRule.Both),
        ["new-york-both"] = TaskSchedule.Cron("30 1 * * *", "America/New_York").WhenClocksChange(GapRule.Skip, OverlapRule.Both),
        ["warsaw"] = TaskSchedule.Cron("30 2 * * *", "Europe/Warsaw"),
        ["santiago"] = TaskSchedule.Cron("0 0 * * *", "America/Santiago").WhenClocksChange(GapRule.Skip, OverlapRule.First),
        ["lord-howe"] = TaskSchedule.Cron("15 2 * * *", "Australia/Lord_Howe").WhenClocksChange(GapRule.Shift, OverlapRule.Second),
        ["bank"] = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnOpenDays("bank"),
        ["month-end"] = TaskSchedule.Calendar("FREQ=MONTHLY;BYDAY=-1FR", new DateTime(2026, 1, 1, 17, 0, 0), "Europe/Berlin"),
        ["jittered"] = TaskSchedule.Cron("10 10 * * *").WithJitter(TimeSpan.FromMinutes(30)),
        ["all-but-mondays"] = TaskSchedule.Any(TaskSchedule.Cron("0 5 * * *"), TaskSchedule.Cron("0 6 * * SUN"))
            .Except(TaskSchedule.Cron("0 5 * * MON")),
        ["once"] = TaskSchedule.At(new DateTimeOffset(2026, 8, 1, 10, 0, 0, TimeSpan.Zero)),
    };

    [Fact(Timeout = YearTimeout)]
    public async Task Year_OfMixedSchedules_OnThreeSilos_HasEveryOccurrenceOnce()
    {
        var storage = new SharedStorage();
        var (pauseFrom, pauseTo) = (Day(2, 20), Day(3, 12));
        var (stopFrom, stopTo) = (Day(5, 10), Day(5, 12));
        var (outageFrom, outageTo) = (Day(9, 1), Day(9, 4));
        TaskSchedule Resolved(string task) => Schedules[task].Resolve(Begin, task, name => name == "bank" ? Bank : null);
        var planned = Schedules.Keys.ToDictionary(t => t, t => Resolved(t).Occurrences(Begin, End).Where(o => o.Utc < End).ToList());
        bool IsMade(string task, DateTimeOffset due) =>
            !(task == "warsaw" && due >= pauseFrom && due < pauseTo) && !(due > stopFrom && due < stopTo)
                && !(due > outageFrom && due < outageTo);
        var days = planned.SelectMany(p => p.Value.Where(o => o.Occurs).Select(o => (Task: p.Key, Due: o.Utc))).GroupBy(o => o.Due)
            .OrderBy(g => g.Key).ToList();

        // A timer that is set while the clock moves may be set too late, which does not happen with a real clock.
        Assert.All(days.Zip(days.Skip(1)),
            pair => Assert.True(pair.Second.Key - pair.First.Key > TimeSpan.FromSeconds(30), $"{pair.First.Key:O} {pair.Second.Key:O}"));

        var cluster = await StartAsync(storage, Begin);
        await cluster.Client.PutCalendarAsync("bank", Bank, Stop);
        foreach (var (task, schedule) in Schedules)
        {
            await cluster.Client.ScheduleAsync(
                new TaskRegistration { Name = task, Handler = "note", Schedule = schedule, Options = OptionsOf(task) }, Stop);
        }

        var events = new Queue<(DateTimeOffset At, Func<Task> Happens)>(
        [
            (pauseFrom, async () => await cluster.Client.GetTask("warsaw").PauseAsync("spring", ct: Stop)),
            (pauseTo, async () => await cluster.Client.GetTask("warsaw").ResumeAsync(Stop)),
            (Day(4, 15), async () =>
            {
                await cluster.StopSiloAsync(cluster.Silos[^1]);
                await cluster.AddSiloAsync();
            }),
            (stopFrom, () => cluster.Client.StopAsync(Stop)),
            (stopTo, () => cluster.Client.StartAsync(Stop)),
            (Day(6, 20), async () =>
            {
                // Wait for the writes: a result that is not written yet would lead to a repetition, for which the clock does not wait.
                await UntilWrittenAsync(cluster);
                await cluster.KillSiloAsync(cluster.Silos[^1]);
            }),
            (Day(6, 21), () => cluster.AddSiloAsync()),
            (outageFrom, async () => await cluster.DisposeAsync()),
            (outageTo, async () =>
            {
                cluster = await StartAsync(storage, outageTo);
                foreach (var (task, all) in planned.Where(p => OptionsOf(p.Key).CatchUp is null))
                {
                    // The newest missed occurrence is caught up.
                    if (all.LastOrDefault(o => o.Occurs && o.Utc > outageFrom && o.Utc < outageTo) is { } newest)
                    {
                        await _happened.UntilAsync(() => _made.ContainsKey((task, newest.Utc)), $"'{task}' to make up for {newest.Utc:O}");
                        await cluster.Client.WaitAsync(RunId.Of(task, newest.Utc), Stop);
                    }
                }
            }),
            (Day(11, 3), async () =>
            {
                await cluster.StopSiloAsync(cluster.Silos[^1]);
                await cluster.AddSiloAsync();
            }),
        ]);
        foreach (var day in days)
        {
            while (events.TryPeek(out var next) && next.At <= day.Key)
            {
                events.Dequeue();
                if (next.At != outageTo)
                {
                    cluster.Clock.SetUtcNow(next.At);
                }

                await next.Happens();
            }

            if (day.Key > outageFrom && day.Key < outageTo)
            {
                continue;
            }

            cluster.Clock.SetUtcNow(day.Key);
            foreach (var (task, due) in day.Where(o => IsMade(o.Task, o.Due)))
            {
                await _happened.UntilAsync(() => _made.ContainsKey((task, due)), $"'{task}' to be run for {due:O}");
                if (task != "once")
                {
                    // The next occurrence would be skipped while this run executes.
                    await cluster.Client.WaitAsync(RunId.Of(task, due), Stop);
                }
            }
        }

        cluster.Clock.SetUtcNow(End.AddTicks(-1));
        foreach (var (task, all) in planned)
        {
            var ledger = await cluster.Client.GetTask(task).LedgerAsync(limit: 500, ct: Stop);
            var made = _made.Keys.Where(m => m.Task == task).Select(m => m.Due).ToHashSet();
            var madeUp = made.Count(m => m > outageFrom && m < outageTo);
            var expected = new SortedDictionary<string, long>
            {
                ["Fired"] = all.Count(o => o.Occurs && IsMade(task, o.Utc)) + madeUp,
                ["Skipped Paused"] = task == "warsaw" ? all.Count(o => o.Occurs && o.Utc >= pauseFrom && o.Utc < pauseTo) : 0,
                ["Skipped Stopped"] = all.Count(o => o.Occurs && o.Utc > stopFrom && o.Utc < stopTo),
                ["Missed Outage"] = all.Count(o => o.Occurs && o.Utc > outageFrom && o.Utc < outageTo) - madeUp,
                ["Skipped ClockChange"] =
                    all.Count(o => !o.Occurs && (o.Effects & (OccurrenceEffects.ClocksForward | OccurrenceEffects.ClocksBack)) != 0),
                ["Skipped ClosedDay"] = all.Count(o => !o.Occurs && o.Effects.HasFlag(OccurrenceEffects.ClosedDay)),
            };
            var found = ledger.Totals.GroupBy(t => t.Outcome == OccurrenceOutcome.Fired ? "Fired" : $"{t.Outcome} {t.Reason}")
                .ToDictionary(g => g.Key, g => g.Sum(t => t.Count));
            var (shouldBe, isSo) = (Text(task, expected), Text(task, new SortedDictionary<string, long>(found)));
            Assert.True(shouldBe == isSo,
                $"The ledger says {isSo}, and it should be {shouldBe}; "
                    + $"{string.Join(", ", ledger.Ranges.Where(r => r.Outcome == OccurrenceOutcome.Missed))}.");
            Assert.Equal((all.Count, 0L), (ledger.Planned, ledger.Pending));
            Assert.Equal(expected["Fired"], made.Count);
        }

        Assert.True(_made.Count > 4000, $"{_made.Count} runs");
        Assert.All(_made.Where(m => OptionsOf(m.Key.Task).Guarantee != RunGuarantee.AtLeastOnce), m => Assert.Equal(1, m.Value));
        await cluster.DisposeAsync();
    }

    /// <summary>
    /// Waits until the last run of each task is in its history and its occurrence is in the ledger. A search finds the run only then.
    /// </summary>
    private async Task UntilWrittenAsync(TestCluster cluster)
    {
        foreach (var (task, due) in _made.Keys.GroupBy(static m => m.Task).Select(static g => g.MaxBy(static m => m.Due))
            .Where(m => m.Due > cluster.Clock.GetUtcNow().AddHours(-20)))
        {
            while (!await cluster.Client.RunsAsync(new RunQuery { Task = task, DueFrom = due }, Stop).AnyAsync(Stop))
            {
                cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
                await Task.Yield();
            }
        }
    }

    private static DateTimeOffset Day(int month, int day) => new(2026, month, day, 13, 11, 0, TimeSpan.Zero);

    private static TaskOptions OptionsOf(string task) => new()
    {
        Guarantee = task is "six-hourly" or "warsaw" or "bank" ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce,
        CatchUp = task is "every-500-minutes" ? CatchUpPolicy.None : null,
    };

    private static string Text(string task, SortedDictionary<string, long> counts) =>
        $"{task}: {string.Join(", ", counts.Where(c => c.Value != 0).Select(c => $"{c.Key} {c.Value}"))}";

    private Task<TestCluster> StartAsync(SharedStorage storage, DateTimeOffset at) => TestCluster.StartAsync(
        3,
        (tasks, _) => tasks.Define("note", (TaskRunContext run) =>
        {
            _made.AddOrUpdate((run.RunId.Task, run.ScheduledAt), 1, static (_, n) => n + 1);
            _happened.Note();
        }),
        storage: storage,
        at: at);
}
