using System.Globalization;

namespace OrleansTasks.Tests.Unit;

public sealed class BusinessCalendarTests
{
    // Christmas 2026 is a Friday. With the second holiday, four days in a row are closed, although the Saturday before is open.
    private static readonly BusinessCalendar Bank = new()
    {
        ClosedEveryYear = ["12-25"],
        Closed = [new DateOnly(2026, 12, 28)],
        Open = [new DateOnly(2026, 12, 19)],
    };

    [Theory]
    [InlineData("2026-12-18", true)]
    [InlineData("2026-12-19", true)]
    [InlineData("2026-12-20", false)]
    [InlineData("2026-12-25", false)]
    [InlineData("2029-12-25", false)]
    [InlineData("2026-12-28", false)]
    [InlineData("2027-12-28", true)]
    public void IsOpen_ADay_FollowsTheLists(string day, bool open) =>
        Assert.Equal(open, Bank.IsOpen(DateOnly.Parse(day, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("0 9 * * *", ClosedDayRule.Drop, "24T09 29T09 30T09")]
    [InlineData("0 9 * * *", ClosedDayRule.Next, "24T09 29T09 30T09")]
    [InlineData("0 9 * * *", ClosedDayRule.Previous, "24T09 29T09 30T09")]
    [InlineData("0 9 25,26 * *", ClosedDayRule.Drop, "")]
    [InlineData("0 9 25,26 * *", ClosedDayRule.Next, "29T09")]
    [InlineData("0 9 25,26 * *", ClosedDayRule.Previous, "24T09")]
    [InlineData("0 9,15 25 * *", ClosedDayRule.Next, "29T09 29T15")]
    [InlineData("0 7,20 24,26 * *", ClosedDayRule.Previous, "24T07 24T20")]
    [InlineData("0 20 25 * *|0 6 27 * *", ClosedDayRule.Next, "29T06 29T20")]
    [InlineData("0 20 25 * *|0 6 27 * *", ClosedDayRule.Previous, "24T06 24T20")]
    public void OnOpenDays_AroundALongWeekend_DropsOrMoves(string crons, ClosedDayRule rule, string expected)
    {
        var schedule = TaskSchedule.Any(crons.Split('|').Select(c => TaskSchedule.Cron(c, "Europe/Berlin"))).OnOpenDays("bank", rule)
            .Resolve(default, "task", _ => Bank);

        var occurrences = schedule.Occurrences(Berlin("2026-12-24T00:00"), Berlin("2026-12-31T00:00").AddTicks(-1)).Where(o => o.Occurs)
            .ToList();

        Assert.Equal(expected, string.Join(' ', occurrences.Select(o => o.Local.ToString("ddTHH", CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void OnOpenDays_Moved_HasTheEffectAndThePlannedInstant()
    {
        var schedule = TaskSchedule.Cron("0 9 25 12 *", "Europe/Berlin").OnOpenDays("bank", ClosedDayRule.Next)
            .Resolve(default, "task", _ => Bank);

        var occurrence = schedule.Occurrences(Berlin("2026-12-01T00:00")).First();

        Assert.Equal((Berlin("2026-12-29T09:00"), Berlin("2026-12-25T09:00"), OccurrenceEffects.ClosedDay),
            (occurrence.Utc, occurrence.Planned, occurrence.Effects));
        Assert.True(occurrence.Occurs);
    }

    [Fact]
    public void OnOpenDays_Dropped_IsListedAndDoesNotOccur()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnOpenDays("bank").Resolve(default, "task", _ => Bank);

        var occurrences = schedule.Occurrences(Berlin("2026-12-24T12:00")).Take(5).ToList();

        Assert.Equal([false, false, false, false, true], occurrences.Select(o => o.Occurs));
        Assert.All(occurrences.Take(4), o => Assert.Equal(OccurrenceEffects.ClosedDay | OccurrenceEffects.Dropped, o.Effects));
        Assert.Equal(occurrences[4].Utc, schedule.NextAfter(Berlin("2026-12-24T12:00")));
    }

    [Fact]
    public void OnOpenDays_ASchedulePerSecond_IsMovedToo()
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(1), Berlin("2026-12-25T00:00")).From(Berlin("2026-12-25T10:00"))
            .Until(Berlin("2026-12-25T10:00:05")).OnOpenDays("bank", ClosedDayRule.Next)
            .Resolve(default, "task", _ => Bank with { TimeZone = "Europe/Berlin" });

        Assert.Equal(Enumerable.Range(0, 6).Select(n => Berlin("2026-12-29T10:00").AddSeconds(n)),
            schedule.Occurrences(DateTimeOffset.MinValue).Select(o => o.Utc));
    }

    [Fact]
    public void OnOpenDays_UnknownCalendar_IsRejected()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank");

        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(default));
        Assert.Equal("There is no business calendar 'bank'. Put it first, with PutCalendarAsync, or use another "
            + "name.", Assert.Throws<InvalidTaskException>(() => schedule.Resolve(default, "task", _ => null)).Message);
    }

    [Fact]
    public void Faults_OfInvalidCalendars_NameEach()
    {
        var calendar = new BusinessCalendar
        {
            TimeZone = "Mars/Olympus",
            ClosedWeekdays = Enum.GetValues<DayOfWeek>(),
            ClosedEveryYear = ["02-30", "02-29", "Christmas"],
        };

        Assert.Equal(
            [
                "The time zone 'Mars/Olympus' is not known; use an IANA id such as Europe/Berlin.",
                "closedWeekdays is Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday; weekdays are allowed, and at least "
                    + "one day must be open.",
                "closedEveryYear has '02-30', which is not a month and day such as 12-25.",
                "closedEveryYear has 'Christmas', which is not a month and day such as 12-25.",
            ],
            calendar.Faults());
        Assert.Empty(Bank.Faults());
    }

    [Fact]
    public void Faults_OfTooMuch_NameEachList()
    {
        var days = Enumerable.Range(0, 2001).Select(n => new DateOnly(2026, 1, 1).AddDays(n)).ToList();
        var everyYear = Enumerable.Range(0, 301)
            .Select(n => new DateOnly(2000, 1, 1).AddDays(n).ToString("MM-dd", CultureInfo.InvariantCulture)).ToList();

        Assert.Equal(
            ["closed has 2001 days; 2000 are allowed (TasksOptions.Limits.MaxCalendarDays).",
                "open has 2001 days; 2000 are allowed (TasksOptions.Limits.MaxCalendarDays)."],
                    (Bank with { Closed = days, Open = days }).Faults());
        Assert.Equal(["closedEveryYear has 2001 days; 2000 are allowed (TasksOptions.Limits.MaxCalendarDays)."],
            (Bank with { ClosedEveryYear = [.. Enumerable.Repeat("12-25", 2001)] }).Faults());
        Assert.Equal(["closedEveryYear has 301 days; 300 are allowed."], (Bank with { ClosedEveryYear = everyYear }).Faults());
        Assert.Equal(["description has 1001 characters; 1000 are allowed (TasksOptions.Limits.MaxDescriptionLength)."],
            (Bank with { Description = new string('x', 1001) }).Faults());
        Assert.Empty(
            (Bank with
            {
                Closed = [.. days.Take(2000)],
                Open = [.. days.Take(2000)],
                ClosedEveryYear = [.. everyYear.Take(300)],
                Description = new string('x', 1000)
            }).Faults());
        Assert.Empty((Bank with { ClosedWeekdays = [.. Enum.GetValues<DayOfWeek>().Take(6), DayOfWeek.Sunday] }).Faults());
    }

    [Theory]
    [InlineData("1-01")]
    [InlineData("13-01")]
    [InlineData("12-251")]
    [InlineData("12.25")]
    [InlineData(null)]
    public void Faults_OfADayOfTheYear_WantMonthAndDay(string? day) =>
        Assert.Equal([$"closedEveryYear has '{day}', which is not a month and day such as 12-25."],
            (Bank with { ClosedEveryYear = ["12-25", day!] }).Faults());

    [Fact]
    public void Faults_OfWeekdays_RequireAtLeastOne()
    {
        const string Rule = "; weekdays are allowed, and at least one day must be open.";

        Assert.Equal(["closedWeekdays is 7" + Rule], (Bank with { ClosedWeekdays = [(DayOfWeek)7] }).Faults());
        Assert.Equal(
            ["closedWeekdays is Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday" + Rule],
            (Bank with { ClosedWeekdays = Enum.GetValues<DayOfWeek>() }).Faults());
    }

    [Fact]
    public void Faults_NullList_AreReported() => Assert.All(
        [Bank with { Closed = null! }, Bank with { ClosedWeekdays = null! }, Bank with { ClosedEveryYear = null! },
            Bank with { Open = null! }],
        c => Assert.Equal(["One of the lists closedWeekdays, closed, closedEveryYear and open is null; use an empty list instead."],
            c.Faults()));

    [Fact]
    public void Equals_OfCalendars_ComparesAllMembers()
    {
        BusinessCalendar[] others =
        [
            Bank with { Description = "x" }, Bank with { TimeZone = "UTC" },
            Bank with { ClosedWeekdays = [DayOfWeek.Sunday, DayOfWeek.Saturday] }, Bank with { Closed = [new DateOnly(2026, 12, 29)] },
            Bank with { ClosedEveryYear = ["12-26"] }, Bank with { Open = [] },
        ];
        var same = Bank with
        {
            ClosedWeekdays = [DayOfWeek.Saturday, DayOfWeek.Sunday],
            Closed = [new DateOnly(2026, 12, 28)],
            ClosedEveryYear = ["12-25"],
            Open = [new DateOnly(2026, 12, 19)]
        };

        Assert.Equal(Bank, same);
        Assert.Equal(Bank.GetHashCode(), same.GetHashCode());
        Assert.All(others, other => Assert.NotEqual(Bank, other));
        Assert.False(Bank.Equals(null));
    }

    [Theory]
    [InlineData("bank", null)]
    [InlineData("", "A calendar name is empty; 1 to 200 characters are allowed.")]
    [InlineData(".", "The calendar name '.' is '.' or '..', or begins or ends with white space. Use another name.")]
    public void NameFault_OfACalendar_FollowsTheRulesForTasks(string name, string? fault) =>
        Assert.Equal(fault, BusinessCalendar.NameFault(name));

    private static DateTimeOffset Berlin(string local) =>
        new DateTimeOffset(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(1)).ToUniversalTime();
}
