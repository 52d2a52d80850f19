namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests start, end, number of runs, calendars and jitter of schedules. Days after Monday, 2 March 2026, stand for instants.
/// </summary>
public sealed class ScheduleLimitsTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskSchedule Daily = TaskSchedule.Every(TimeSpan.FromDays(1), Monday);

    [Fact]
    public void FromAndUntil_AnInstant_IncludeIt()
    {
        var bounded = Daily.From(Day(2)).Until(Day(4));

        Assert.Equal("2 3 4", Days(bounded));
        Assert.Equal("3 4", Days(Daily.From(Day(2).AddTicks(1)).Until(Day(5).AddTicks(-1))));
        Assert.Equal((Day(2), Day(4)), (bounded.Start, bounded.End));
        Assert.Equal("2", Days(Daily.From(Day(2)).Until(Day(2))));
        Assert.Equal("3 4", Days(bounded, after: 2));
        Assert.Equal("3 4", Days(Daily.From(Day(-9)).Until(Day(4)), after: 2));
    }

    [Fact]
    public void FromAndUntil_InAnyZone_AreKeptInUtc()
    {
        var bounded = Daily.From(Day(2).ToOffset(TimeSpan.FromHours(5))).Until(Day(4).ToOffset(TimeSpan.FromHours(-5)));

        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (bounded.Start!.Value.Offset, bounded.End!.Value.Offset));
    }

    [Fact]
    public void From_OfARule_IsABoundAndNotItsStart()
    {
        var rule = TaskSchedule.Calendar("FREQ=DAILY;INTERVAL=2", Monday.UtcDateTime);

        Assert.Equal("4 6 8", Days(rule.From(Day(3)).Until(Day(8))));
        Assert.IsType<UnionSchedule>(rule.From(Day(3)));
        Assert.IsType<CalendarSchedule>(rule.Until(Day(8)));
    }

    [Fact]
    public void Limits_OfAScheduleWithoutAny_AreNone()
    {
        Assert.Equal((null, null, null, null), (Daily.Start, Daily.End, Daily.MaxRuns, Daily.BusinessCalendar));
        Assert.Equal((ClosedDayRule.Drop, TimeSpan.Zero), (Daily.ClosedDays, Daily.Jitter));
        Assert.False(Daily.IsOpen);
    }

    [Fact]
    public void Limits_OfASchedule_AreTheGivenOnes()
    {
        var schedule = Daily.AtMost(3).OnOpenDays("bank", ClosedDayRule.Next).WithJitter(TimeSpan.FromHours(1));

        Assert.Equal((3, "bank", ClosedDayRule.Next, TimeSpan.FromHours(1)),
            (schedule.MaxRuns, schedule.BusinessCalendar, schedule.ClosedDays, schedule.Jitter));
        Assert.Equal(["bank"], schedule.CalendarNames);
        Assert.True(schedule.IsOpen);
    }

    // The task is registered on Friday. Saturday and Sunday are closed.
    [Theory]
    [InlineData(1, ClosedDayRule.Drop, "7")]
    [InlineData(3, ClosedDayRule.Drop, "7 8 9")]
    [InlineData(3, ClosedDayRule.Next, "7 8 9")]
    public void AtMost_Runs_CountsFromRegistrationWithoutDroppedOnes(int most, ClosedDayRule rule, string expected)
    {
        var schedule = Daily.OnOpenDays("bank", rule).AtMost(most).Resolve(Day(4), "t", _ => new BusinessCalendar());

        Assert.Equal(expected, Days(schedule, after: 4));
    }

    [Fact]
    public void AtMost_Runs_CountsFromALaterStart()
    {
        Assert.Equal("6 7", Days(Daily.From(Day(6)).AtMost(2).Resolve(Day(1)), after: 1));
        Assert.Equal("2 3", Days(Daily.From(Day(-6)).AtMost(2).Resolve(Day(1)), after: 1));
    }

    [Fact]
    public void AtMost_BeyondTheOccurrences_IncludesAll() =>
        Assert.Equal("2 3", Days(Daily.Until(Day(3)).AtMost(10).Resolve(Day(1)), after: 1));

    [Fact]
    public void AtMost_WithJitter_CountsPlannedInstants()
    {
        var schedule = Daily.AtMost(3).WithJitter(TimeSpan.FromHours(12)).Resolve(Monday, "t");

        Assert.Equal([Day(1), Day(2), Day(3)], schedule.Occurrences(Day(1).AddTicks(-1)).Select(o => o.Planned));
    }

    [Fact]
    public void Resolve_MissingDependencies_StayUnresolved()
    {
        var schedule = Daily.OnOpenDays("bank").AtMost(3).WithJitter(TimeSpan.FromHours(1));

        AssertOpen("business calendar 'bank'", Daily.OnOpenDays("bank").Resolve(Monday, "t"));
        AssertOpen("counts from its registration", schedule.Resolve(Monday, "t"));
        AssertOpen("counts from its registration", Daily.AtMost(3));
        AssertOpen("jitter", schedule.Resolve(Monday, null, _ => new BusinessCalendar()));
        AssertOpen("jitter", Daily.WithJitter(TimeSpan.FromHours(1)));
        Assert.False(schedule.Resolve(Monday, "t").Resolve(Monday, "t", _ => new BusinessCalendar()).IsOpen);
        Assert.False(Daily.WithJitter(TimeSpan.Zero).IsOpen);

        static void AssertOpen(string what, TaskSchedule open)
        {
            Assert.True(open.IsOpen);
            Assert.Contains(what, Assert.Throws<InvalidOperationException>(() => open.NextAfter(Monday)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Resolve_Again_KeepsCalendarSeedAndLastRun()
    {
        var once = Daily.OnOpenDays("bank").AtMost(3).WithJitter(TimeSpan.FromHours(1)).Resolve(Monday, "t", _ => new BusinessCalendar());

        Assert.Equal(once, once.Resolve(Day(100), "another", _ => new BusinessCalendar { ClosedWeekdays = [] }));
    }

    [Fact]
    public void Limits_AtTheirBounds_AreAllowed()
    {
        Assert.Equal(1, Daily.AtMost(1).MaxRuns);
        Assert.Equal(100_000, Daily.AtMost(100_000).MaxRuns);
        Assert.Equal(TimeSpan.FromDays(1), Daily.WithJitter(TimeSpan.FromDays(1)).Jitter);
    }

    [Fact]
    public void Limits_OutOfRange_AreRejected()
    {
        AssertRefused("The schedule ends (2026-03-03T00:00:00.0000000+00:00) before it starts (2026-03-04T00:00:00.0000000+00:00). Set "
            + "an end that is not earlier.", () => Daily.From(Day(2)).Until(Day(1)));
        AssertRefused("maxRuns is 0; 1 to 100000 are allowed.", () => Daily.AtMost(0));
        AssertRefused("maxRuns is 100001; 1 to 100000 are allowed.", () => Daily.AtMost(100_001));
        AssertRefused("jitter is -00:00:00.0000001; up to 1 day is allowed.", () => Daily.WithJitter(TimeSpan.FromTicks(-1)));
        AssertRefused("jitter is 1.00:00:00.0000001; up to 1 day is allowed.",
            () => Daily.WithJitter(TimeSpan.FromDays(1) + TimeSpan.FromTicks(1)));
        AssertRefused("closedDays is 9, which is not a valid ClosedDayRule; use one of Drop, Next, "
            + "Previous.", () => Daily.OnOpenDays("bank", (ClosedDayRule)9));
        AssertRefused("A calendar name is empty; 1 to 200 characters are allowed.", () => Daily.OnOpenDays(""));
        AssertRefused("The schedule (once at 2026-03-03 00:00:00 UTC, until 2026-03-02 00:00:00 UTC) never occurs. Use one that occurs "
            + "at least once.", () => TaskSchedule.At(Day(1)).Until(Monday));
        AssertRefused("The schedule (once at 2026-03-03 00:00:00 UTC, from 2026-03-04 00:00:00 UTC) never occurs. Use one that occurs "
            + "at least once.", () => TaskSchedule.At(Day(1)).From(Day(2)));

        static void AssertRefused(string message, Func<TaskSchedule> make) =>
            Assert.Equal(message, Assert.Throws<InvalidTaskException>(make).Message);
    }

    [Fact]
    public void Fault_CalendarWithinASchedule_IsReportedForTheSchedule()
    {
        var resolved = Daily.OnOpenDays("bank").Resolve(Monday, "t", _ => new BusinessCalendar { TimeZone = "Mars/Olympus" });

        Assert.Contains("Mars/Olympus", resolved.Fault(), StringComparison.Ordinal);
        Assert.Null(Daily.OnOpenDays("bank").Resolve(Monday, "t", _ => new BusinessCalendar()).Fault());
    }

    private static DateTimeOffset Day(int n) => Monday.AddDays(n);

    private static string Days(TaskSchedule schedule, int after = -1) =>
        string.Join(' ',
            schedule.Occurrences(Day(after)).Where(o => o.Occurs && o.Utc > Monday.AddTicks(-1)).Take(20)
                .Select(o => (o.Utc - Monday).TotalDays));
}
