using OrleansTasks.Masks;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

public sealed class FeedTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Series_CountsByStep_AndDropsOldSteps()
    {
        var series = new ResultSeries();
        series.Add(Result("a", RunStatus.Succeeded, late: 2), Now);
        series.Add(Result("a", RunStatus.Failed, late: 1000), Now.AddSeconds(6));
        series.Add(Result("a", RunStatus.Cancelled, late: null), Now.AddSeconds(6));

        var points = series.Points(Now.AddSeconds(6));

        Assert.Equal(ResultSeries.Steps, points.Count);
        Assert.Equal([(1, 0, 0), (0, 1, 1)], points.TakeLast(2).Select(p => (p.Succeeded, p.Failed, p.Other)));
        var (median, high) = series.Lateness(Now.AddSeconds(6));
        Assert.InRange(median!.Value.TotalMilliseconds, 2, 2.4);
        Assert.InRange(high!.Value.TotalMilliseconds, 1000, 1200);
        Assert.All(series.Points(Now.AddMinutes(6)), p => Assert.Equal(0, p.Total));
        Assert.Null(series.Lateness(Now.AddMinutes(6)).Median);
    }

    [Fact]
    public void RecentRuns_MostFailuresFirst_WithTheNewestErrorOfEach()
    {
        var newest = new RunInfo
        {
            RunId = new RunId("b", Guid.Empty),
            FinishedAt = Now,
            Result = Result("b", RunStatus.Failed) with { Error = new string('x', 5000) }
        };

        var failing = RecentRuns.Of(new Dictionary<string, long> { ["c"] = 1, ["a"] = 1, ["b"] = 118 }, [newest]);

        Assert.Equal([("b", 118), ("a", 1), ("c", 1)], failing.Select(f => (f.Task, f.Runs)));
        Assert.Equal((Now, true, null), (failing[0].LastAt, failing[0].Error!.Length < 5000, failing[1].LastAt));
    }

    [Fact]
    public void MissedTasks_BeyondTheLimit_KeepTheNewestOfADay()
    {
        var missed = new MissedTasks(2);
        foreach (var (task, hours) in new[] { ("a", -30), ("b", -3), ("b", -2), ("c", -1) })
        {
            missed.Add(new TaskEvent { Task = task, Kind = TaskEventKind.OccurrenceMissed, At = Now.AddHours(hours) });
        }

        Assert.Equal([("c", -1), ("b", -2)], missed.Newest(Now).Select(e => (e.Task, (e.At - Now).Hours)));
        Assert.Equal(["c"], missed.Newest(Now.AddHours(22.5)).Select(e => e.Task));
    }

    [Theory]
    [InlineData(5, 0.01, true, 5)]
    [InlineData(5, 0.5, true, 25)]
    [InlineData(5, 4, true, 60)]
    [InlineData(5, 10, false, 5)]
    public void Rest_AfterARead_DependsOnItsCostOnlyIfItWasAnswered(double least, double took, bool answered, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected),
            Rest.After(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(took), answered));

    [Fact]
    public void Ring_KeepsTheNewest()
    {
        var ring = new Ring<string>(3);
        for (var i = 0; i < 5; i++)
        {
            ring.Add(n => $"item {n}");
        }

        Assert.Equal(5, ring.Last);
        Assert.Equal(["item 5", "item 4", "item 3"], ring.Newest(_ => true, 10));
    }

    [Fact]
    public void Attention_SeveralItems_ShowsTheWorstFirstWithItsReason()
    {
        var paused = new TaskInfo
        {
            Name = "p",
            Handler = "p",
            State = TaskState.Paused,
            PauseNote = "note",
            PausedBy = "ann",
            PausedAt = Now.AddHours(-2),
            PausedUntil = Now.AddHours(1)
        };
        var overview = new TasksOverview
        {
            Paused = 3,
            LastPaused = [paused],
            WithoutHandler = 1,
            FirstWithoutHandler = [new() { Name = "w", Handler = "gone" }],
            OldestDue = [new(new RunId("o", Guid.Empty), Now.AddMinutes(-9)), new(new RunId("n", Guid.Empty), Now.AddMinutes(-1))]
        };
        var state = new ClusterState(new SchedulerInfo { State = SchedulerState.Stopped }, overview, null, null, Now);

        var recent = new RecentRuns(Now, 9, 2, [new FailingTask("f", 3, Now.AddMinutes(-2), "It broke.")]);
        var items = Attention.Of(state, recent, TimeSpan.FromSeconds(2), Now);

        Assert.Equal(
            ["The scheduler is stopped", "3 runs of 1 task failed within a day", "1 task without a handler",
                "1 stored run due for more than 5 min",
                "Runs start late: 1 of 100 by 2 s or more", "3 tasks paused"], items.Select(i => i.Title));
        Assert.Equal("3 runs, the last 2 min ago: It broke.", items[1].Links.Single().Text);
        Assert.Equal("2 h ago, by ann, for another 1 h, “note”", items[5].Links.Single().Text);
        Assert.Empty(
            Attention.Of(state with { Scheduler = new SchedulerInfo { State = SchedulerState.Started }, Overview = new TasksOverview() },
                null, null, Now));
    }

    [Fact]
    public void Diagnosis_OfLastNight_ShowsTheOutcomeOfEachInstant()
    {
        var clock = new Clock(NodaTime.DateTimeZone.Utc);
        var task = new TaskInfo
        {
            Name = "t",
            Handler = "t",
            HandlerAvailable = true,
            CreatedAt = Now.AddHours(-7.5),
            UpdatedAt = Now.AddHours(-2.5),
            State = TaskState.Paused,
            PausedAt = Now.AddHours(-2.5),
            PausedBy = "ann",
            PauseNote = "note"
        };
        TaskOccurrence[] occurrences =
            [.. Enumerable.Range(0, 9)
                .Select(
                    h => new TaskOccurrence
                    {
                        Utc = Now.AddHours(h - 8),
                        Local = Now.AddHours(h - 8),
                        Planned = Now.AddHours(h - 8),
                        Effects = h == 3 ? OccurrenceEffects.ClocksForward | OccurrenceEffects.Dropped : OccurrenceEffects.None
                    })];
        RunInfo[] runs = [Run(occurrences[4], RunStatus.Failed, 1), Run(occurrences[1], RunStatus.Succeeded, 70)];

        var fates = Diagnosis.Past(task, occurrences, runs, isWhole: true, clock, Now).Reverse().ToList();

        Assert.Collection(
            fates,
            f => Assert.StartsWith("before the task was registered", f.Text, StringComparison.Ordinal),
            f => Assert.Equal(("good", "succeeded"), (f.Tone, f.Text)),
            f => Assert.StartsWith("likely skipped: the run of 01:00:00", f.Text, StringComparison.Ordinal),
            f => Assert.Equal("did not occur: clocks go forward: skipped", f.Text),
            f => Assert.Equal(("bad", "failed, It broke."), (f.Tone, f.Text)),
            f => Assert.StartsWith("no run is known; the task was changed", f.Text, StringComparison.Ordinal),
            f => Assert.Equal("skipped: paused by ann, “note”", f.Text),
            f => Assert.Equal("skipped: paused by ann, “note”", f.Text),
            f => Assert.Equal("skipped: paused by ann, “note”", f.Text));
        Assert.Equal("Paused by ann 2 h 30 min ago", Diagnosis.Now(task, SchedulerState.Started, clock, Now).Single().Title);
    }

    [Fact]
    public void Diagnosis_AfterAPause_ShowsWhoPausedAndWhy()
    {
        var task = new TaskInfo
        {
            Name = "t",
            Handler = "t",
            HandlerAvailable = true,
            CreatedAt = Now.AddDays(-1),
            UpdatedAt = Now.AddHours(-1),
            Changes =
            [
                new TaskChange { At = Now.AddHours(-1), Kind = TaskEventKind.TaskPaused, By = "bob", Note = "later" },
                new TaskChange { At = Now.AddHours(-4), Kind = TaskEventKind.TaskResumed },
                new TaskChange { At = Now.AddHours(-5), Kind = TaskEventKind.TaskPaused, By = "ann", Note = "wait for me" },
            ],
        };
        var at = Now.AddHours(-4.5);
        TaskOccurrence[] occurrences = [new TaskOccurrence { Utc = at, Local = at, Planned = at }];
        LedgerRange[] ledger =
            [new LedgerRange { From = at, To = at, Count = 1, Outcome = OccurrenceOutcome.Skipped, Reason = OutcomeReason.Paused }];

        var fate = Assert.Single(Diagnosis.Past(task, occurrences, [], isWhole: true, new Clock(NodaTime.DateTimeZone.Utc), Now, ledger));

        Assert.Equal("skipped: the task was paused by ann, “wait for me”", fate.Text);
    }

    [Fact]
    public void Histogram_WithEmptyEnds_OmitsThem()
    {
        var histogram = Histogram.Of(new[] { 3.0, 4, 30 }.Select(TimeSpan.FromMilliseconds));
        Assert.Equal([("2 ms – 5 ms", 2), ("5 ms – 10 ms", 0), ("10 ms – 20 ms", 0), ("20 ms – 50 ms", 1)],
            histogram.Steps.Select(s => (s.Label, s.Count)));
        Assert.Equal((4, 30), (histogram.Median!.Value.TotalMilliseconds, histogram.High!.Value.TotalMilliseconds));
        Assert.Equal([1, 1, 2, 5, 100, 200], new[] { 0, 1, 1.5, 3, 100, 101 }.Select(Axis.Ceiling));
    }

    [Fact]
    public void Masking_ThatThrows_ShowsNothing()
    {
        var masking =
            new Masking(
                (_, kind, json) =>
                    kind == MaskedKind.Value
                        ? throw new InvalidOperationException()
                        : json.Replace("secret", "•", StringComparison.Ordinal));
        Assert.Equal(Masking.Hidden, masking.Json("t", MaskedKind.Value, "1"));
        Assert.Equal("a • b", masking.Text("t", "a secret b"));
        Assert.Equal("same", new Masking(null).Text("t", "same"));

        // The hook gets a continuation's arguments with the name of the continuation's own task.
        var own = new Masking((task, kind, json) => $"\"{task}:{kind}\"");
        Assert.Equal("""{"then":[{"task":"next","arguments":"next:Arguments"},{"task":"bare"}]}""",
            own.Continuations("""{"then":[{"task":"next","arguments":["secret"]},{"task":"bare"}]}"""));
    }

    private static RunInfo Run(TaskOccurrence occurrence, RunStatus status, int minutes) => new()
    {
        RunId = new RunId("t", Guid.NewGuid()),
        Status = status,
        Trigger = RunTrigger.Schedule,
        ScheduledAt = occurrence.Utc,
        StartedAt = occurrence.Utc,
        FinishedAt = occurrence.Utc.AddMinutes(minutes),
        Result = Result("t", status) with { Error = status == RunStatus.Failed ? "It broke." : null },
    };

    private static TaskResult Result(string task, RunStatus status, double? late = 0) => new()
    {
        RunId = new RunId(task, Guid.NewGuid()),
        Status = status,
        Attempt = 1,
        ScheduledAt = Now,
        StartedAt = late is { } milliseconds ? Now.AddMilliseconds(milliseconds) : null,
        FinishedAt = Now,
    };
}
