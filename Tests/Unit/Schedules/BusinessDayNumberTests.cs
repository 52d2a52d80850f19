using System.Globalization;
using CsCheck;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests schedules on the n-th business day of a month.</summary>
public sealed class BusinessDayNumberTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly BusinessCalendar Bank = new()
    {
        TimeZone = "Europe/Berlin",
        ClosedEveryYear = ["01-01", "12-25", "12-26"],
        Closed = [new DateOnly(2026, 4, 3), new DateOnly(2026, 4, 6)],
        Open = [new DateOnly(2026, 2, 28)],
    };

    [Theory]
    [InlineData("1", "01-02 02-02 03-02 04-01")]
    [InlineData("3", "01-06 02-04 03-04 04-07")]
    [InlineData("-1", "01-30 02-28 03-31 04-30")]
    [InlineData("-2", "01-29 02-27 03-30 04-29")]
    [InlineData("1,-1", "01-02 01-30 02-02 02-28")]
    [InlineData("22", "03-31 06-30 07-30 09-30")]
    [InlineData("-22", "03-02 06-01 07-02 09-01")]
    public void OnBusinessDays_OfACalendar_OccursOnThoseDaysOfTheMonth(string numbers, string days) => Assert.Equal(
        days, Text(TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").OnBusinessDays("bank", numbers.Split(',').Select(Number))));

    [Fact]
    public void OnBusinessDays_OfOtherKinds_KeepsTheirTimes()
    {
        Assert.Equal("01-06 04-07 07-03 10-05", Text(TaskSchedule.Cron("0 9 * 1,4,7,10 *").OnBusinessDays("bank", 3)));
        Assert.Equal("01-06 02-04 03-04 04-07",
            Text(TaskSchedule.Calendar("FREQ=DAILY;BYHOUR=9", new DateTime(2026, 1, 1), "Europe/Berlin").OnBusinessDays("bank", 3)));
        Assert.Equal(
            ["2026-01-05T23:00", "2026-01-06T11:00", "2026-02-03T23:00"],
            Resolved(TaskSchedule.Every(TimeSpan.FromHours(12), Start.AddHours(-1)).OnBusinessDays("bank", 3)).Occurrences(Start).Take(3)
                .Select(o => o.Utc.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void OnBusinessDays_WithACount_CountsItsOccurrencesOnly()
    {
        var schedule = Resolved(TaskSchedule.Cron("0 9 * * *").OnBusinessDays("bank", 3).AtMost(2));

        Assert.Equal(["01-06", "02-04"], schedule.Occurrences(Start).Select(o => o.Local.ToString("MM-dd", CultureInfo.InvariantCulture)));
        Assert.All(schedule.Occurrences(Start), o => Assert.Equal(OccurrenceEffects.None, o.Effects));
    }

    [Fact]
    public void OnBusinessDays_NonexistentDays_NeverOccurs() =>
        Assert.Null(Resolved(TaskSchedule.Cron("0 9 * * *").OnBusinessDays("bank", 24)).NextAfter(Start));

    [Fact]
    public void OnBusinessDays_AnyCalendarAndNumbers_AgreesWithCountingTheDays() => Gen.Select(
        Gen.Int[1, 31].Array[1, 3], Gen.Bool, Gen.Int[0, 60].Array[0, 30], Gen.Enum<DayOfWeek>().Array[0, 4],
        Gen.OneOf("UTC", "America/New_York", "Asia/Tokyo")).Sample((numbers, fromEnd, closed, weekdays, zone) =>
    {
        var calendar = new BusinessCalendar
        {
            ClosedWeekdays = [.. weekdays.Distinct()],
            Closed = [.. closed.Distinct().Select(n => new DateOnly(2026, 1, 1).AddDays(n))]
        };
        var chosen = numbers.Select((n, i) => fromEnd && i == 0 ? -n : n).ToList();
        var expected = Enumerable.Range(1, 12).SelectMany(month =>
        {
            var open = Enumerable.Range(1, DateTime.DaysInMonth(2026, month)).Select(d => new DateOnly(2026, month, d))
                .Where(calendar.IsOpen).ToList();
            return open.Where((_, i) => chosen.Contains(i + 1) || chosen.Contains(i - open.Count));
        });

        var schedule = TaskSchedule.Cron("30 */8 * * *", zone).OnBusinessDays("c", chosen).Resolve(Start, "t", _ => calendar);

        var local = schedule.Occurrences(Start.AddDays(-2), Start.AddDays(400)).Select(o => o.Local).Where(l => l.Year == 2026).ToList();
        Assert.Equal(expected, local.Select(l => DateOnly.FromDateTime(l.DateTime)).Distinct());
        Assert.Equal(3 * expected.Count(), local.Count);
    }, iter: 300);

    [Fact]
    public void OnBusinessDays_InvalidCombination_IsRejected()
    {
        var daily = TaskSchedule.Cron("0 9 * * *");

        Assert.Equal("businessDays has 0; 1 to 31, and -31 to -1 from the end of the month, are allowed.",
            Refused(() => daily.OnBusinessDays("bank", 3, 0)));
        Assert.Equal("businessDays has 32; 1 to 31, and -31 to -1 from the end of the month, are allowed.",
            Refused(() => daily.OnBusinessDays("bank", 32)));
        Assert.Equal("businessDays has -32; 1 to 31, and -31 to -1 from the end of the month, are allowed.",
            Refused(() => daily.OnBusinessDays("bank", -32)));
        Assert.Equal("businessDays is empty; it needs numbers of business days of the month, such as 3, or -1 for the last.",
            Refused(() => daily.OnBusinessDays("bank")));
        foreach (var (json, given) in new[]
        {
            ("""{"cron":"@daily","businessDays":[3]}""", "calendar is not set, and closedDays is Drop."),
            ("""{"cron":"@daily","calendar":"bank","closedDays":"next","businessDays":[3]}""", "calendar is 'bank', and closedDays is "
                + "Next."),
        })
        {
            Assert.Equal(
                "businessDays needs calendar, and closedDays must be Drop; " + given,
                Refused(() => System.Text.Json.JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!));
        }
    }

    [Fact]
    public void OnBusinessDays_ThenOnOpenDays_ReplacesThem()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnBusinessDays("bank", -1, 31, 1, 1, -31);

        Assert.Equal([1, 31, -31, -1], schedule.BusinessDays);
        Assert.Equal(TaskSchedule.Cron("0 9 * * *").OnOpenDays("bank"), schedule.OnOpenDays("bank"));
    }

    private static string Text(TaskSchedule schedule) =>
        string.Join(' ',
            Resolved(schedule).Occurrences(Start).Take(4).Select(o => o.Local.ToString("MM-dd", CultureInfo.InvariantCulture)));

    private static TaskSchedule Resolved(TaskSchedule schedule) => schedule.Resolve(Start, "t", _ => Bank);

    private static string Refused(Func<TaskSchedule> make) => Assert.Throws<InvalidTaskException>(() => { _ = make(); }).Message;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
