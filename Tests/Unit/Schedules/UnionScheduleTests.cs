namespace OrleansTasks.Tests.Unit;

/// <summary>Tests unions of schedules, and exceptions from them. 2 March 2026 is a Monday.</summary>
public sealed class UnionScheduleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskSchedule Daily = TaskSchedule.Every(TimeSpan.FromDays(1), Monday);
    private static readonly TaskSchedule OnWeekdays = TaskSchedule.Cron("0 0 * * *").OnOpenDays("bank")
        .Resolve(Monday, "t", _ => new BusinessCalendar());

    [Fact]
    public void Any_TooFewOrTooManySchedules_IsRejected()
    {
        AssertRefused(Amount(0, 0), () => TaskSchedule.Any());
        AssertRefused(Amount(101, 0), () => TaskSchedule.Any(Enumerable.Repeat(Daily, 101)));
        AssertRefused(Amount(2, 0), () => TaskSchedule.Any(Daily, null!));
        AssertRefused(Amount(1, 101), () => Daily.Except(Enumerable.Repeat(OnWeekdays, 101)));
        AssertRefused(Amount(1, 2), () => Daily.Except(null!, OnWeekdays));
        Assert.Equal(100, ((UnionSchedule)TaskSchedule.Any(Enumerable.Repeat(Daily, 100))).Schedules.Count);
        Assert.Equal(100, ((UnionSchedule)Daily.Except(Enumerable.Repeat(OnWeekdays, 100))).Exceptions.Count);

        static string Amount(int any, int except) => $"'any' has {any} schedules and 'except' {except}; 1 to 100, and 0 to 100, are "
            + "allowed, and none of them may be null.";
    }

    [Fact]
    public void Any_NestedTooDeep_IsRejected()
    {
        var deepest = Nested(4);

        Assert.Null(deepest.Fault());
        AssertRefused("Schedules are nested more than 5 levels deep. List them at fewer levels.", () => TaskSchedule.Any(deepest));
        AssertRefused("Schedules are nested more than 5 levels deep. List them at fewer levels.", () => Daily.Except(OnWeekdays, deepest));

        static TaskSchedule Nested(int unions) => unions == 0 ? Daily : TaskSchedule.Any(Nested(unions - 1));
    }

    [Fact]
    public void Any_InvalidParts_ListsTheFaultOfEach()
    {
        var one = Daily.OnOpenDays("bank").Resolve(Monday, "t", _ => new BusinessCalendar { TimeZone = "Mars/Olympus" });
        var other = Daily.OnOpenDays("bank").Resolve(Monday, "t", _ => new BusinessCalendar { Open = null! });

        var faults = Assert.Throws<InvalidTaskException>(() => TaskSchedule.Any(one, other, one)).Faults;

        Assert.Equal([one.Fault()!, other.Fault()!], faults);
    }

    [Fact]
    public void Except_LeavingNothing_IsRejected()
    {
        AssertRefused(
            "The schedule (once at 2026-03-02 00:00:00 UTC; except every day; except cron '0 0 * * 1-5/2' (UTC)) never occurs. "
                + "Use one that occurs at least once.",
            () => TaskSchedule.At(Monday).Except(Daily, TaskSchedule.Cron("0 0 * * 1-5/2")));
    }

    [Fact]
    public void Except_Repeated_IsOneScheduleUnlessItHasBounds()
    {
        var union = (UnionSchedule)TaskSchedule.Any(Daily).Except(TaskSchedule.At(Day(1))).Except(TaskSchedule.At(Day(2)));
        var bounded = (UnionSchedule)union.Until(Day(9)).Except(TaskSchedule.At(Day(3)));

        Assert.Equal((1, 2), (union.Schedules.Count, union.Exceptions.Count));
        Assert.Equal("3 4 5", Days(union, 3));
        Assert.Equal([union.Until(Day(9))], bounded.Schedules);
        Assert.Equal("4 5 6 7 8 9", Days(bounded, 20));
    }

    /// <summary>Nothing is left after an instant. A search that ends earlier does not go that far.</summary>
    [Fact]
    public void Occurrences_EverythingLaterExcluded_AreTheRemainingOnes()
    {
        var every = TaskSchedule.Every(TimeSpan.FromMinutes(20), Monday);
        var left = every.Except(every.From(Monday.AddHours(1)));

        Assert.Equal([0, 20, 40], left.Occurrences(Monday.AddTicks(-1), Monday.AddDays(20)).Select(o => (o.Utc - Monday).TotalMinutes));
        Assert.Empty(left.Occurrences(Monday.AddHours(2), Monday.AddDays(20)));
        Assert.Equal(3, left.Occurrences(Monday.AddTicks(-1)).Count());
        Assert.Null(left.NextAfter(Monday.AddMinutes(40)));
    }

    [Fact]
    public void Except_OccurrenceDroppedOnAClosedDay_ExcludesNothing() => Assert.Equal("5 6 12", Days(Daily.Except(OnWeekdays), 3));

    [Fact]
    public void Any_AtTheInstantOfADroppedOccurrence_Occurs()
    {
        Assert.Equal("1 2 3 4 5 6 7", Days(TaskSchedule.Any(OnWeekdays, Daily), 7));
        Assert.Equal("1 2 3 4 5 6 7", Days(TaskSchedule.Any(Daily, OnWeekdays), 7));
        Assert.Equal("1 2 3 4 7", Days(TaskSchedule.Any(OnWeekdays, OnWeekdays), 5));
    }

    [Fact]
    public void Any_OfSeveralZones_IsReadInTheFirst()
    {
        var schedule = TaskSchedule.Any(Daily, TaskSchedule.Cron("0 0 * * *", "Asia/Tokyo"),
            TaskSchedule.Cron("0 0 * * *", "Europe/Berlin"));

        Assert.All(schedule.Occurrences(Monday).Take(5), o => Assert.Equal(TimeSpan.FromHours(9), o.Local.Offset));
        Assert.Equal(TimeSpan.Zero, TaskSchedule.Any(Daily).Occurrences(Monday).First().Local.Offset);
    }

    [Fact]
    public void CalendarNames_OfAUnion_IncludeAllItsParts()
    {
        var schedule = TaskSchedule.Any(Daily, TaskSchedule.Cron("0 9 * * *").OnOpenDays("shop"),
            TaskSchedule.Cron("0 8 * * *").OnOpenDays("bank"))
            .Except(TaskSchedule.Cron("0 9 1 * *").OnOpenDays("school")).OnOpenDays("bank");

        Assert.Equal(["bank", "school", "shop"], schedule.CalendarNames.Order());
        Assert.Empty(TaskSchedule.Any(Daily).CalendarNames);
    }

    [Fact]
    public void Resolve_OfAUnion_ResolvesItsPartsAndIsUnchangedWhenResolved()
    {
        var every = TaskSchedule.Every(TimeSpan.FromDays(1));
        var open = TaskSchedule.Any(every).Except(TaskSchedule.After(TimeSpan.FromDays(2)));

        Assert.True(open.IsRelative);
        Assert.True(Daily.Except(TaskSchedule.After(TimeSpan.FromDays(2))).IsRelative);
        var resolved = open.Resolve(Monday);
        Assert.False(resolved.IsRelative);
        Assert.Equal("1 3 4", Days(resolved, 3));
        Assert.Same(resolved, resolved.Resolve(Day(5)));
    }

    [Fact]
    public void Equals_OfUnions_ComparesPartsExceptionsAndBounds()
    {
        var union = TaskSchedule.Any(Daily, OnWeekdays).Except(TaskSchedule.At(Day(1)));

        Assert.Equal(union, TaskSchedule.Any(Daily, OnWeekdays).Except(TaskSchedule.At(Day(1))));
        Assert.Equal(union.GetHashCode(), TaskSchedule.Any(Daily, OnWeekdays).Except(TaskSchedule.At(Day(1))).GetHashCode());
        Assert.All(
            [TaskSchedule.Any(Daily).Except(TaskSchedule.At(Day(1))), TaskSchedule.Any(Daily, OnWeekdays),
                TaskSchedule.Any(Daily, OnWeekdays).Except(TaskSchedule.At(Day(2))), union.Until(Day(9)), Daily],
            other => Assert.NotEqual(union, other));
    }

    [Fact]
    public void Except_CoveringRuleInAnotherZone_IsRejectedWithoutALongSearch()
    {
        // Both have the same grid of five hours, except at the clock change in Apia.
        var start = new DateTime(2025, 11, 29, 2, 30, 0);
        var rule = TaskSchedule.Calendar("FREQ=HOURLY;INTERVAL=5", start, "Pacific/Apia")
            .Except(TaskSchedule.Calendar("FREQ=HOURLY;INTERVAL=5", start, "Asia/Amman"));

        Assert.Throws<ScheduleTooExpensiveException>(() => rule.NextAfter(new DateTimeOffset(2026, 9, 7, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Except_DenseScheduleForAWholeDay_IsSearchedInAnyUnion()
    {
        var union = TaskSchedule.Any(TaskSchedule.Every(TimeSpan.FromSeconds(1), Monday),
            TaskSchedule.Calendar("FREQ=DAILY", Monday.UtcDateTime), TaskSchedule.At(Monday))
            .Except(TaskSchedule.Cron("* * * * * SAT"), TaskSchedule.At(Monday));

        Assert.Equal(Day(6), union.NextAfter(Day(5).AddTicks(-1)));
        Assert.Equal(Monday.AddSeconds(1), union.NextAfter(Monday.AddTicks(-1)));
    }

    [Fact]
    public void AtMost_OfARule_CountsBeyondOneSearch()
    {
        var rule = TaskSchedule.Calendar("FREQ=HOURLY", Monday.UtcDateTime).AtMost(20_100).Resolve(Monday);

        Assert.Equal(Monday.AddHours(20_050), rule.NextAfter(Monday.AddHours(20_050).AddTicks(-1)));
        Assert.Null(rule.NextAfter(Monday.AddHours(20_101)));
    }

    private static void AssertRefused(string message, Func<TaskSchedule> make) =>
        Assert.Equal(message, Assert.Throws<InvalidTaskException>(make).Message);

    private static DateTimeOffset Day(int n) => Monday.AddDays(n);

    private static string Days(TaskSchedule schedule, int count) =>
        string.Join(' ', schedule.Occurrences(Monday).Where(o => o.Occurs).Take(count).Select(o => (o.Utc - Monday).TotalDays));
}
