using OrleansTasks.Ledger;
using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Unit.Accounts;

/// <summary>Tests what a registration plans.</summary>
public sealed class LedgerPlanTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskSchedule Hourly = TaskSchedule.Every(TimeSpan.FromHours(1), Midnight);
    private static readonly TaskEntry Entry = new()
    {
        Name = "t",
        Handler = "t",
        Schedule = Hourly,
        Anchor = Midnight,
        UpdatedAt = Midnight
    };

    // The calendar is open from Monday to Friday. 2 March 2026 is a Monday.
    private static readonly CalendarSet Bank = CalendarSet.Empty.With("bank", new BusinessCalendar());

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 5, 5)]
    [InlineData(5, 0, 5)]
    public void Since_OfAnEntry_IsTheLaterOfItsAnchorAndItsLastChange(int anchor, int updated, int expected) =>
        Assert.Equal(Hour(expected), new LedgerPlan(Entry with { Anchor = Hour(anchor), UpdatedAt = Hour(updated) }).Since);

    [Fact]
    public void Grid_PlainPeriodOnly_IsThePeriod()
    {
        Assert.Equal(TimeSpan.FromHours(1), Plan(Hourly).Grid);
        Assert.Null(Plan(Hourly.AtMost(3)).Grid);
        Assert.Null(Plan(TaskSchedule.Cron("0 * * * *")).Grid);
        Assert.Null(Plan(null).Grid);
    }

    [Fact]
    public void Once_ScheduleWithOneInstant_IsThatInstant()
    {
        Assert.Equal(Hour(3), Plan(TaskSchedule.At(Hour(3))).Once);
        Assert.Equal(Hour(3), Plan(TaskSchedule.After(TimeSpan.FromHours(3))).Once);
        Assert.Equal(Midnight.AddTicks(1), Plan(TaskSchedule.At(Hour(-3))).Once);
        Assert.Equal(Midnight.AddTicks(1), Plan(TaskSchedule.At(Midnight)).Once);
        Assert.Null(new LedgerPlan(Entry with { Schedule = TaskSchedule.At(Hour(3)), State = TaskState.Cancelled }).Once);
        Assert.Null(Plan(Hourly).Once);
        Assert.Null(Plan(null).Once);
    }

    [Fact]
    public void Pause_OfAPausedTask_IsFromItsBeginningUntilBeforeItsEnd()
    {
        var paused = Entry with { State = TaskState.Paused, UpdatedAt = Hour(2) };

        Assert.Null(new LedgerPlan(paused with { State = TaskState.Active }).Pause);
        Assert.Equal(Of(Hour(2), DateTimeOffset.MaxValue), new LedgerPlan(paused).Pause);
        Assert.Equal(Of(Hour(1), Hour(5).AddTicks(-1)), new LedgerPlan(paused with { PausedAt = Hour(1), PausedUntil = Hour(5) }).Pause);

        static OccurrenceSpan Of(DateTimeOffset from, DateTimeOffset until) =>
            new(from, until, OccurrenceOutcome.Skipped, OutcomeReason.Paused);
    }

    public static TheoryData<string, bool> Changes => new()
    {
        { "nothing", true },
        { "what is told to people", true },
        { "completed", true },
        { "schedule", false },
        { "anchor", false },
        { "cancelled", false },
        { "paused", false },
        { "beginning of the pause", false },
        { "end of the pause", false },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void IsSame_AfterAChange_IsTrueIfTheOccurrencesAreEqual(string change, bool same)
    {
        var other = change switch
        {
            "what is told to people" => Entry with
            {
                PauseNote = "why",
                UpdatedAt = Hour(9),
                Revision = 7,
                Arguments = [1],
                Options = new TaskOptions { MaxConcurrentRuns = 1 }
            },
            "completed" => Entry with { State = TaskState.Completed },
            "schedule" => Entry with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(2), Midnight) },
            "anchor" => Entry with { Anchor = Hour(1) },
            "cancelled" => Entry with { State = TaskState.Cancelled },
            "paused" => Entry with { State = TaskState.Paused },
            "beginning of the pause" => Entry with { PausedAt = Hour(1) },
            "end of the pause" => Entry with { PausedUntil = Hour(1) },
            _ => Entry with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), Midnight) },
        };

        Assert.Equal(same, new LedgerPlan(Entry).IsSame(other));
        Assert.Equal(same, new LedgerPlan(other).IsSame(Entry));
        Assert.True(new LedgerPlan(other).IsSame(other));
    }

    [Fact]
    public void Bare_OfAPlan_HasTheSameOccurrences()
    {
        var plan = new LedgerPlan(Entry with { Arguments = [1], Options = TaskOptions.Default, PauseNote = "why", PausedBy = "alice" },
            Hour(9));

        Assert.Equal(new LedgerPlan(Entry, Hour(9)), plan.Bare());
        Assert.True(plan.IsSame(plan.Bare().Entry));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 5, 5)]
    [InlineData(2, 5, 3)]
    [InlineData(5, 2, 0)]
    [InlineData(-5, 2, 2)]
    public void Count_OfAnHourlyTask_ExcludesTheStartAndIncludesTheEnd(int after, int through, int expected)
    {
        Assert.Equal(expected, Plan(Hourly).Count(Hour(after), Hour(through)));
        Assert.Equal(expected, Plan(TaskSchedule.Cron("0 * * * *")).Count(Hour(after), Hour(through)));
        Assert.Equal(expected, Plan(Hourly).Count(Hour(after), Hour(through).AddTicks(1)));
        Assert.Equal(0, new LedgerPlan(Entry with { State = TaskState.Cancelled }).Count(Hour(after), Hour(through)));
    }

    [Fact]
    public void Count_OfAGridOfMilliseconds_IsComputed() =>
        Assert.Equal(100L * 365 * 86_400_000,
            Plan(TaskSchedule.Every(TimeSpan.FromMilliseconds(1), Midnight)).Count(Midnight, Midnight.AddDays(100 * 365)));

    [Fact]
    public void Count_SomeDaysClosed_CountsOpenDays() =>
        Assert.Equal(5, OnOpenDays("0 9 * * *").Count(Midnight, Midnight.AddDays(7)));

    [Fact]
    public void NextPlanned_ClosedDay_IsListedAndDoesNotOccur()
    {
        var saturday = OnOpenDays("0 9 * * *").NextPlanned(Midnight.AddDays(5), Midnight.AddDays(7))!;

        Assert.Equal((Midnight.AddDays(5).AddHours(9), false), (saturday.Utc, saturday.Occurs));
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(1, 3, 2)]
    [InlineData(-7, 3, 1)]
    [InlineData(2, 3, 3)]
    [InlineData(3, 3, null)]
    [InlineData(3, 1, null)]
    public void NextPlanned_OfAnHourlyTask_IsTheFirstWithinThePeriod(int after, int through, int? expected) =>
        Assert.Equal(expected is { } hour ? Hour(hour) : null, Plan(Hourly).NextPlanned(Hour(after), Hour(through))?.Utc);

    [Fact]
    public void NextPlanned_BeforeItsRegistration_IsNull()
    {
        var plan = new LedgerPlan(Entry with { Anchor = Hour(5), UpdatedAt = Hour(5) });

        Assert.Null(plan.NextPlanned(Hour(1), Hour(5)));
        Assert.Equal(Hour(6), plan.NextPlanned(Hour(1), Hour(9))!.Utc);
    }

    [Fact]
    public void NextPlanned_PlannedForItsRegistrationAndDelayed_IsExcluded()
    {
        // Jitter delays an occurrence that was planned for the instant of registration. It was planned before the task existed, so it is
        // not due.
        var plan = Plan(Hourly.WithJitter(TimeSpan.FromMinutes(30)));

        Assert.True(plan.Entry.Resolved!.Occurrences(Midnight).First() is { } first && first.Planned == Midnight && first.Utc > Midnight);
        Assert.Equal(Hour(1), plan.NextPlanned(Midnight, Hour(2))!.Planned);
    }

    [Theory]
    [InlineData(0, 2, null)]
    [InlineData(0, 3, 3)]
    [InlineData(2, 9, 3)]
    [InlineData(3, 9, null)]
    [InlineData(4, 9, null)]
    public void NextPlanned_OfAScheduleWithOneInstant_IsThatOrNull(int after, int through, int? expected)
    {
        var next = Plan(TaskSchedule.At(Hour(3))).NextPlanned(Hour(after), Hour(through));

        Assert.Equal(expected is { } hour ? Hour(hour) : null, next?.Utc);
        Assert.Equal((next?.Utc, next?.Utc), (next?.Local, next?.Planned));
    }

    [Fact]
    public void NextPlanned_CancelledOrWithoutSchedule_IsNull()
    {
        Assert.Null(new LedgerPlan(Entry with { State = TaskState.Cancelled }).NextPlanned(Midnight, Hour(9)));
        Assert.Null(Plan(null).NextPlanned(Midnight, Hour(9)));
    }

    private static LedgerPlan OnOpenDays(string cron) =>
        new((Entry with { Schedule = TaskSchedule.Cron(cron).OnOpenDays("bank") }).With(Bank));

    private static LedgerPlan Plan(TaskSchedule? schedule) => new(Entry with { Schedule = schedule });

    private static DateTimeOffset Hour(int n) => Midnight.AddHours(n);
}
