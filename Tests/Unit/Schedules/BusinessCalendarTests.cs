using System.Globalization;

namespace OrleansTasks.Tests.Unit;

public sealed class BusinessCalendarTests
{
    // Christmas 2026 is a Friday, so that four days in a row are closed with the second holiday; the Saturday before is open.
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
    public void IsOpen_ADay_AsTheListsSay(string day, bool open) => Assert.Equal(open, Bank.IsOpen(DateOnly.Parse(day, CultureInfo.InvariantCulture)));

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
        var schedule = TaskSchedule.Any(crons.Split('|').Select(c => TaskSchedule.Cron(c, "Europe/Berlin"))).OnOpenDays("bank", rule).Resolve(default, "task", _ => Bank);

        var occurrences = schedule.Occurrences(Berlin("2026-12-24T00:00"), Berlin("2026-12-31T00:00").AddTicks(-1)).Where(o => o.Occurs).ToList();

        Assert.Equal(expected, string.Join(' ', occurrences.Select(o => o.Local.ToString("ddTHH", CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void OnOpenDays_Moved_SaysSoAndFromWhere()
    {
        var schedule = TaskSchedule.Cron("0 9 25 12 *", "Europe/Berlin").OnOpenDays("bank", ClosedDayRule.Next).Resolve(default, "task", _ => Bank);

        var occurrence = schedule.Occurrences(Berlin("2026-12-01T00:00")).First();

        Assert.Equal((Berlin("2026-12-29T09:00"), Berlin("2026-12-25T09:00"), OccurrenceEffects.ClosedDay), (occurrence.Utc, occurrence.Planned, occurrence.Effects));
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
        var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(1), Berlin("2026-12-25T00:00")).From(Berlin("2026-12-25T10:00")).Until(Berlin("2026-12-25T10:00:05")).OnOpenDays("bank", ClosedDayRule.Next)
            .Resolve(default, "task", _ => Bank with { TimeZone = "Europe/Berlin" });

        Assert.Equal(Enumerable.Range(0, 6).Select(n => Berlin("2026-12-29T10:00").AddSeconds(n)), schedule.Occurrences(DateTimeOffset.MinValue).Select(o => o.Utc));
    }

    [Fact]
    public void OnOpenDays_OfACalendarThatIsNotThere_IsRefused()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank");

        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(default));
        Assert.Equal("There is no business calendar 'bank'.", Assert.Throws<InvalidTaskException>(() => schedule.Resolve(default, "task", _ => null)).Message);
    }

    [Fact]
    public void Faults_OfWhatIsNotValid_NameEach()
    {
        var calendar = new BusinessCalendar
        {
            TimeZone = "Mars/Olympus",
            ClosedWeekdays = Enum.GetValues<DayOfWeek>(),
            ClosedEveryYear = ["02-30", "02-29", "Christmas"],
        };

        Assert.Equal(
            [
                "The time zone 'Mars/Olympus' is not known; an IANA id such as Europe/Berlin is wanted.",
                "closedWeekdays has all seven days, or something that is no weekday; at least one has to be open.",
                "closedEveryYear has '02-30', which is no month and day such as 12-25.",
                "closedEveryYear has 'Christmas', which is no month and day such as 12-25.",
            ],
            calendar.Faults());
        Assert.Empty(Bank.Faults());
    }

    private static DateTimeOffset Berlin(string local) => new DateTimeOffset(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(1)).ToUniversalTime();
}
