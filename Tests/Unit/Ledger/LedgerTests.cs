using CsCheck;
using OrleansTasks.Ledger;
using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Unit.Accounts;

/// <summary>Tests that each planned instant is in a ledger exactly once, whatever is reported and in which order.</summary>
public sealed class LedgerTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly OccurrenceNote Fired = new(OccurrenceOutcome.Fired, OutcomeReason.OnTime);
    private static readonly OccurrenceNote Overlapped = new(OccurrenceOutcome.Skipped, OutcomeReason.Overlap);
    private static readonly LedgerPlan Minutely = Plan(TaskSchedule.Every(TimeSpan.FromMinutes(1), Midnight));

    [Fact]
    public void Advance_OverOccurrencesOfTheSameKind_CreatesOneRange()
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(3), Known(noted: [1, 2, 3]));
        ledger.Advance(Minutely, Minute(5), Known(noted: [4, 5]));

        Assert.Equal("1-5 ×5 Fired OnTime", Ranges(ledger));
    }

    [Fact]
    public void GoBack_ClockSetBack_KeepsThePastAndRecordsTheRestAgain()
    {
        var ledger = new OccurrenceLedger(Midnight);
        ledger.Advance(Minutely, Minute(3), Known(noted: [1, 2, 3]));
        ledger.Advance(Minutely, Minute(1_440), Known(noted: []));
        ledger.Advance(Minutely, Minute(1_443), Known(noted: [1_441, 1_442, 1_443]));

        ledger.GoBack(Minute(10));
        Assert.Equal((Minute(10), "1-3 ×3 Fired OnTime"), (ledger.Through, Ranges(ledger).Split(", ")[0]));
        Assert.All(ledger.Ranges, r => Assert.True(r.To <= Minute(10)));

        ledger.Advance(Minutely, Minute(12), Known(noted: [11, 12]));
        Assert.EndsWith("11-12 ×2 Fired OnTime", Ranges(ledger));
    }

    [Fact]
    public void Settle_LongRun_IsInsertedInOrder()
    {
        var ledger = new OccurrenceLedger(Midnight);
        var facts = new LedgerFacts(Enumerable.Range(2, 4).ToDictionary(Minute, _ => Overlapped), [Minute(1)], []);

        ledger.Advance(Minutely, Minute(5), facts);
        Assert.Equal("2-5 ×4 Skipped Overlap", Ranges(ledger));
        Assert.Equal([Minute(1)], ledger.Open);

        Assert.True(ledger.Settle(Minute(1), Fired));
        Assert.Equal("1-1 ×1 Fired OnTime, 2-5 ×4 Skipped Overlap", Ranges(ledger));
        Assert.False(ledger.Settle(Minute(1), Overlapped));
    }

    /// <summary>
    /// Another outcome was recorded first. The report that it fired came later, as from a silo that was declared dead and still ran.
    /// </summary>
    [Theory]
    [InlineData(1, "1-1 ×1 Fired OnTime, 2-5 ×4 Skipped Overlap")]
    [InlineData(3, "1-2 ×2 Skipped Overlap, 3-3 ×1 Fired OnTime, 4-5 ×2 Skipped Overlap")]
    [InlineData(5, "1-4 ×4 Skipped Overlap, 5-5 ×1 Fired OnTime")]
    public void Correct_SkippedOccurrence_RemovesItFromItsRange(int minute, string ranges)
    {
        foreach (var plan in new[] { Minutely, Plan(TaskSchedule.Cron("* * * * *")) })
        {
            var ledger = new OccurrenceLedger(Midnight);
            ledger.Advance(plan, Minute(5), new LedgerFacts(Enumerable.Range(1, 5).ToDictionary(Minute, _ => Overlapped), [], []));

            Assert.True(ledger.Correct(Minute(minute), Fired, plan));
            Assert.Equal(ranges, Ranges(ledger));
            Assert.False(ledger.Correct(Minute(minute), Fired, plan));
            Assert.False(ledger.Correct(Minute(2).AddSeconds(1), Fired, plan));
        }
    }

    /// <summary>The run was started by an activation that did not know about the pause.</summary>
    [Fact]
    public void Correct_OnlyInstantOfAnEarlierPlan_NeedsNoPlan()
    {
        var ledger = new OccurrenceLedger(Midnight);
        ledger.Advance(Minutely, Minute(1),
            new LedgerFacts(
                new Dictionary<DateTimeOffset, OccurrenceNote> { [Minute(1)] = new(OccurrenceOutcome.Skipped, OutcomeReason.Paused) }, [],
                []));
        var later = Minutely with { Entry = Minutely.Entry with { UpdatedAt = Minute(3) } };

        Assert.True(ledger.Correct(Minute(1), Fired, later));
        Assert.Equal("1-1 ×1 Fired OnTime", Ranges(ledger));
    }

    [Fact]
    public void Settle_BetweenRangesOfItsKind_JoinsThem()
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(5), new LedgerFacts(new[] { 1, 2, 4, 5 }.ToDictionary(Minute, _ => Fired), [Minute(3)], []));
        Assert.Equal("1-2 ×2 Fired OnTime, 4-5 ×2 Fired OnTime", Ranges(ledger));

        ledger.Settle(Minute(3), Fired);
        Assert.Equal("1-5 ×5 Fired OnTime", Ranges(ledger));
    }

    [Fact]
    public void Advance_OverUnknownInstants_RecordsThemAsMissedUntilCorrected()
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(3),
            new LedgerFacts([], [], [new OccurrenceSpan(Minute(2), Minute(2), OccurrenceOutcome.Missed, OutcomeReason.Outage)]));
        Assert.Equal("1-1 ×1 Missed OwnerLost, 2-2 ×1 Missed Outage, 3-3 ×1 Missed OwnerLost", Ranges(ledger));

        Assert.True(ledger.Settle(Minute(1), Fired));
        Assert.False(ledger.Settle(Minute(2), Fired));
        Assert.Equal("1-1 ×1 Fired OnTime, 2-2 ×1 Missed Outage, 3-3 ×1 Missed OwnerLost", Ranges(ledger));
    }

    [Fact]
    public void Advance_OverAYearOfPause_OfATaskThatOccursEveryMillisecond_IsOneRange()
    {
        var entry = Plan(TaskSchedule.Every(TimeSpan.FromMilliseconds(1), Midnight)).Entry with
        {
            State = TaskState.Paused,
            PausedAt = Midnight.AddDays(1),
            PausedUntil = Midnight.AddDays(366)
        };
        var ledger = new OccurrenceLedger(Midnight.AddDays(1).AddTicks(-1));

        ledger.Advance(new LedgerPlan(entry), Midnight.AddDays(366).AddTicks(-1), Known());

        Assert.Equal((365L * 24 * 3600 * 1000, OutcomeReason.Paused), (ledger.Ranges.Single().Count, ledger.Ranges.Single().Reason));
    }

    [Fact]
    public void Advance_OverAChangeOfClocks_NamesIt()
    {
        var plan = Plan(TaskSchedule.Cron("30 2 * * *", "Europe/Warsaw").WhenClocksChange(GapRule.Skip),
            new DateTimeOffset(2026, 3, 27, 12, 0, 0, TimeSpan.Zero));
        var ledger = new OccurrenceLedger(plan.Entry.Anchor);
        var through = plan.Entry.Anchor.AddDays(3);

        ledger.Advance(plan, through,
            new LedgerFacts(plan.Entry.Resolved!.Occurrences(plan.Entry.Anchor, through).ToDictionary(o => o.Utc, _ => Fired), [], []));

        Assert.Equal([OutcomeReason.OnTime, OutcomeReason.ClockChange, OutcomeReason.OnTime], ledger.Ranges.Select(r => r.Reason));
    }

    [Fact]
    public void Trim_TooManyRanges_KeepsTheirTotals()
    {
        var ledger = new OccurrenceLedger(Midnight);
        var notes = Enumerable.Range(1, 2000).ToDictionary(Minute, n => n % 2 == 0 ? Fired : Overlapped);

        ledger.Advance(Minutely, Minute(2000), new LedgerFacts(notes, [], []));

        Assert.Equal(OccurrenceLedger.MaxRanges, ledger.Ranges.Count);
        Assert.Equal(
            [new(OccurrenceOutcome.Fired, OutcomeReason.OnTime, 1000),
                new LedgerTotal(OccurrenceOutcome.Skipped, OutcomeReason.Overlap, 1000)], ledger.Totals);
    }

    [Fact]
    public void Advance_OverKnownInstants_CountsThoseInTheHistoryAndThoseMissing()
    {
        var notes = new Dictionary<DateTimeOffset, OccurrenceNote>
        {
            [Minute(1)] = Fired,
            [Minute(2)] = Overlapped,
            [Minute(3)] = Fired,
            [Minute(4)] = Fired
        };
        var ledger = new OccurrenceLedger(Midnight);

        // 5 is open, and nothing is known about 6 to 9.
        Assert.Equal((5, 3), ledger.Advance(Minutely, Minute(9), new LedgerFacts(notes, [Minute(5)], [])));
        Assert.Equal((0, 0), ledger.Advance(Minutely, Minute(9), new LedgerFacts(notes, [], [])));
    }

    [Fact]
    public void Advance_OverClosedDays_NamesThemAndCountsThemAsUntold()
    {
        // 2 March 2026 is a Monday.
        var entry =
            Plan(TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank")).Entry.With(CalendarSet.Empty.With("bank", new BusinessCalendar()));
        var fired = Enumerable.Range(0, 5).ToDictionary(day => Midnight.AddDays(day).AddHours(9), _ => Fired);
        var ledger = new OccurrenceLedger(Midnight);

        Assert.Equal((2, 5), ledger.Advance(new LedgerPlan(entry), Midnight.AddDays(7), new LedgerFacts(fired, [], [])));
        Assert.Equal([(5, OutcomeReason.OnTime), (2, OutcomeReason.ClosedDay)], ledger.Ranges.Select(r => (r.Count, r.Reason)));
    }

    [Fact]
    public void Advance_OverClosedHours_NamesThem()
    {
        var shop = new BusinessCalendar { OpenHours = [new() { From = new(8, 0), To = new(18, 0) }] };
        var entry = Plan(TaskSchedule.Cron("0 20 * * *").OnOpenDays(["bank", "shop"])).Entry.With(
            CalendarSet.Empty.With("bank", new BusinessCalendar()).With("shop", shop));
        var ledger = new OccurrenceLedger(Midnight);

        Assert.Equal((3, 0),
            ledger.Advance(new LedgerPlan(entry), Midnight.AddDays(3),
                new LedgerFacts(new Dictionary<DateTimeOffset, OccurrenceNote>(), [], [])));
        Assert.Equal((3, OccurrenceOutcome.Skipped, OutcomeReason.ClosedHours),
            (ledger.Ranges[0].Count, ledger.Ranges[0].Outcome, ledger.Ranges[0].Reason));
    }

    [Fact]
    public void Advance_WithoutOccurrences_ReachesTheEndAndNeverGoesBack()
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(3).AddSeconds(30), Known(noted: [1, 2, 3]));
        Assert.Equal(Minute(3).AddSeconds(30), ledger.Through);

        ledger.Advance(Minutely, Minute(1), Known(noted: [1]));
        Assert.Equal(Minute(3).AddSeconds(30), ledger.Through);
        Assert.Equal("1-3 ×3 Fired OnTime", Ranges(ledger));
    }

    [Theory]
    [InlineData(1, 1, "1-1 ×1 Missed OwnerLost, 2-2 ×1 Missed OwnerLost")]
    [InlineData(1, 2, "1-1 ×1 Missed OwnerLost, 2-3 ×2 Missed OwnerLost")]
    [InlineData(2, 1, "1-2 ×2 Missed OwnerLost, 3-3 ×1 Missed OwnerLost")]
    [InlineData(2, 2, "1-4 ×4 Missed OwnerLost")]
    public void Advance_OverUnknownInstants_JoinsRangesButKeepsSingleInstantsSeparate(int first, int second, string expected)
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(first), Known());
        ledger.Advance(Minutely, Minute(first + second), Known());

        Assert.Equal(expected, Ranges(ledger));
    }

    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(3, 1, 2)]
    [InlineData(1, 2, 3)]
    public void Advance_OverRunsThatWereLate_KeepsTheGreatestDelay(params int[] seconds)
    {
        var ledger = new OccurrenceLedger(Midnight);

        ledger.Advance(Minutely, Minute(3),
            new LedgerFacts(Enumerable.Range(1, 3).ToDictionary(Minute, n => Fired with { Delay = TimeSpan.FromSeconds(seconds[n - 1]) }),
                [], []));

        Assert.Equal(TimeSpan.FromSeconds(3), Assert.Single(ledger.Ranges).GreatestDelay);
    }

    [Fact]
    public void Settle_InstantOutsideAllRanges_ChangesNothing()
    {
        var ledger = new OccurrenceLedger(Minute(5));

        Assert.False(ledger.Settle(Minute(4), Fired));
        ledger.Advance(Minutely, Minute(9),
            new LedgerFacts([], [], [new OccurrenceSpan(Minute(8), Minute(9), OccurrenceOutcome.Missed, OutcomeReason.Outage)]));
        foreach (var n in new[] { 4, 6, 7, 9, 10 })
        {
            Assert.False(ledger.Settle(Minute(n), Fired));
        }

        Assert.Equal("6-7 ×2 Missed OwnerLost, 8-9 ×2 Missed Outage", Ranges(ledger));
    }

    [Fact]
    public void Settle_WithALessPreciseReason_ChangesNothing()
    {
        var ledger = new OccurrenceLedger(Midnight);
        ledger.Advance(Minutely, Minute(1), Known());

        Assert.False(ledger.Settle(Minute(1), new(OccurrenceOutcome.Missed, OutcomeReason.OwnerLost)));
        Assert.True(ledger.Settle(Minute(1), Overlapped));
    }

    [Fact]
    public void Settle_RangeLimitReached_DropsTheFirst()
    {
        var last = OccurrenceLedger.MaxRanges + 1;
        var notes = Enumerable.Range(1, last - 1).ToDictionary(Minute, n => n % 2 == 0 ? Fired : Overlapped);
        var ledger = new OccurrenceLedger(Midnight);
        ledger.Advance(Minutely, Minute(last), new LedgerFacts(notes, [Minute(last)], []));
        Assert.Equal((OccurrenceLedger.MaxRanges, Minute(1)), (ledger.Ranges.Count, ledger.Ranges[0].From));

        ledger.Settle(Minute(last), Overlapped);

        Assert.Equal((OccurrenceLedger.MaxRanges, Minute(2)), (ledger.Ranges.Count, ledger.Ranges[0].From));
        Assert.Equal([new LedgerTotal(OccurrenceOutcome.Skipped, OutcomeReason.Overlap, 1)], ledger.Earlier);
        Assert.Equal(last, ledger.Totals.Sum(t => t.Count));
    }

    [Fact]
    public void Totals_OfManyKinds_AreInTheOrderOfOutcomesAndReasons()
    {
        var earlier = new[] { OutcomeReason.Outage, OutcomeReason.NoHandler }.Select(r => new LedgerTotal(OccurrenceOutcome.Missed, r, 10));
        var ledger = new OccurrenceLedger(Midnight, Minute(4),
            [Range(1, OccurrenceOutcome.Missed, OutcomeReason.NoHandler), Range(2, OccurrenceOutcome.Skipped, OutcomeReason.Stopped),
                Range(3, OccurrenceOutcome.Fired, OutcomeReason.Late), Range(4, OccurrenceOutcome.Fired, OutcomeReason.OnTime)], [],
                    earlier);

        Assert.Equal(
            [
                new(OccurrenceOutcome.Fired, OutcomeReason.OnTime, 1), new(OccurrenceOutcome.Fired, OutcomeReason.Late, 1),
                new(OccurrenceOutcome.Skipped, OutcomeReason.Stopped, 1),
                new(OccurrenceOutcome.Missed, OutcomeReason.Outage, 10), new(OccurrenceOutcome.Missed, OutcomeReason.NoHandler, 11),
            ],
            ledger.Totals);

        static LedgerRange Range(int n, OccurrenceOutcome outcome, OutcomeReason reason) =>
            new() { From = Minute(n), To = Minute(n), Outcome = outcome, Reason = reason };
    }

    [Fact]
    public void Advance_InAnyStepsWithAnyFacts_AccountsForEachInstantOnce() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 5].Array[400], Gen.Int[1, 60], Gen.Int[0, 100]).Sample((minutes, kinds, step, cron) =>
        {
            var schedule = cron < 50 ? TaskSchedule.Every(TimeSpan.FromMinutes(1), Midnight) : (TaskSchedule)TaskSchedule.Cron("* * * * *");
            var plan = Plan(schedule);
            var ledger = new OccurrenceLedger(Midnight);
            var later = new List<int>();
            var expected = new Dictionary<OutcomeReason, long>();
            var spans = new List<OccurrenceSpan> { new(Minute(100), Minute(150), OccurrenceOutcome.Skipped, OutcomeReason.Stopped) };
            for (var from = 1; from <= minutes; from += step)
            {
                var to = Math.Min(minutes, from + step - 1);
                var notes = new Dictionary<DateTimeOffset, OccurrenceNote>();
                var open = new List<DateTimeOffset>();
                for (var n = from; n <= to; n++)
                {
                    switch (kinds[n - 1])
                    {
                        case 0 or 1:
                            notes[Minute(n)] = Fired;
                            Count(OutcomeReason.OnTime);
                            break;
                        case 2:
                            notes[Minute(n)] = Overlapped;
                            Count(OutcomeReason.Overlap);
                            break;
                        case 3:
                            open.Add(Minute(n));
                            later.Add(n);
                            break;
                        default:
                            Count(n is >= 100 and <= 150 ? OutcomeReason.Stopped : OutcomeReason.OwnerLost);
                            break;
                    }
                }

                ledger.Advance(plan, Minute(to), new LedgerFacts(notes, open, spans));
                Assert.Equal(to, ledger.Totals.Sum(t => t.Count) + ledger.Open.Count);
            }

            foreach (var n in later)
            {
                Assert.True(ledger.Settle(Minute(n), Fired));
                Count(OutcomeReason.OnTime);
            }

            Assert.Equal(expected.OrderBy(e => e.Key), ledger.Totals.ToDictionary(t => t.Reason, t => t.Count).OrderBy(e => e.Key));
            Assert.Equal(ledger.Ranges.OrderBy(r => r.From), ledger.Ranges);
            Assert.All(ledger.Ranges.Zip(ledger.Ranges.Skip(1)), pair => Assert.True(pair.First.To < pair.Second.From));

            void Count(OutcomeReason reason) => expected[reason] = expected.GetValueOrDefault(reason) + 1;
        });

    [Fact]
    public void OfResult_Always_TellsWhetherItsRunStartedInTime()
    {
        var result = new TaskResult { RunId = RunId.Of("t", Midnight), Trigger = RunTrigger.Schedule, ScheduledAt = Midnight, Attempt = 1 };

        Assert.Equal(OutcomeReason.OnTime, OccurrenceNote.Of(result with { StartedAt = Midnight.AddSeconds(1) }).Reason);
        Assert.Equal(new(OccurrenceOutcome.Fired, OutcomeReason.Late, TimeSpan.FromSeconds(2)),
            OccurrenceNote.Of(result with { StartedAt = Midnight.AddSeconds(2), Status = RunStatus.Failed }));
        Assert.Equal(new(OccurrenceOutcome.Fired, OutcomeReason.OnTime),
            OccurrenceNote.Of(result with { StartedAt = Midnight.AddSeconds(-2) }));
        Assert.Equal(new(OccurrenceOutcome.Fired, OutcomeReason.OnTime),
            OccurrenceNote.Of(result with { StartedAt = Midnight.AddMinutes(2), Attempt = 2 }));
        Assert.Equal(new(OccurrenceOutcome.Fired, OutcomeReason.Lost), OccurrenceNote.Of(result with { Status = RunStatus.Lost }));
        Assert.Equal(new(OccurrenceOutcome.Skipped, OutcomeReason.Cancelled),
            OccurrenceNote.Of(result with { Status = RunStatus.Cancelled }));
        Assert.Equal(new(OccurrenceOutcome.Missed, OutcomeReason.TimedOut), OccurrenceNote.Of(result with { Status = RunStatus.TimedOut }));
    }

    private static DateTimeOffset Minute(int n) => Midnight.AddMinutes(n);

    private static LedgerFacts Known(params int[] noted) => new(noted.ToDictionary(Minute, _ => Fired), [], []);

    private static LedgerPlan Plan(TaskSchedule schedule, DateTimeOffset? anchor = null) =>
        new(new TaskEntry { Name = "t", Handler = "t", Schedule = schedule, Anchor = anchor ?? Midnight, UpdatedAt = anchor ?? Midnight });

    private static string Ranges(OccurrenceLedger ledger) => string.Join(", ", ledger.Ranges.Select(r =>
        $"{(r.From - Midnight).TotalMinutes}-{(r.To - Midnight).TotalMinutes} ×{r.Count} {r.Outcome} {r.Reason}"));
}
