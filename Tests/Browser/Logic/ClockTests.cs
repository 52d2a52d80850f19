using NodaTime;
using OrleansTasks.Ui;

namespace OrleansTasks.Tests.Browser;

public sealed class ClockTests
{
    private static readonly Clock Berlin = new(DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
    private static readonly DateTimeOffset Now = new(2026, 3, 29, 0, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-03-29T00:59:59Z", "Sun 29 Mar 2026 01:59:59 +01:00")]
    [InlineData("2026-03-29T01:00:00Z", "Sun 29 Mar 2026 03:00:00 +02:00")]
    public void Long_AroundAClockChange_ShowsTheOffset(string instant, string expected) =>
        Assert.Equal(expected, Berlin.Long(DateTimeOffset.Parse(instant, null)));

    [Theory]
    [InlineData("2026-03-29T10:00", "2026-03-29T08:00:00Z")]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:30:00Z")]
    [InlineData("2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("2026-03-29T10:00:05.5", "2026-03-29T08:00:05.5Z")]
    [InlineData("2026-03-29T10:00Z", "2026-03-29T10:00:00Z")]
    [InlineData("2026-03-29T10:00-05:00", "2026-03-29T15:00:00Z")]
    [InlineData("03/04/2026", null)]
    [InlineData("10:00", null)]
    [InlineData("0001-01-01T00:00", null)]
    [InlineData("9999-12-31T23:59", null)]
    [InlineData("", null)]
    public void Instant_OfALocalTime_IsFound(string local, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected, null), Berlin.Instant(local));

    [Theory]
    [InlineData(0.4, "now")]
    [InlineData(90, "in 1 min")]
    [InlineData(-7260, "2 h 1 min ago")]
    [InlineData(86400 * 3, "in 3 d")]
    public void Relative_IsRough(double seconds, string expected) => Assert.Equal(expected, Clock.Relative(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData(0.0663, "0.07 ms")]
    [InlineData(250, "250 ms")]
    [InlineData(1500, "1.5 s")]
    [InlineData(600_000, "10 min")]
    [InlineData(-3, "0 ms")]
    public void Exact_HasAFewDigits(double milliseconds, string expected) =>
        Assert.Equal(expected, Clock.Exact(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Days_OfOccurrences_MarkTheClockChange()
    {
        var schedule = TaskSchedule.Cron("30 2 * * *", "Europe/Berlin").WhenClocksChange(GapRule.Skip, OverlapRule.First);
        var occurrences = schedule.Occurrences(Now.AddDays(-3), Now.AddDays(10)).ToList();

        var days = OccurrenceDays.Of(occurrences, Berlin, Now.AddDays(-3), 2, isCut: false);

        Assert.Equal(14, days.Count);
        var change = days.Single(d => d.Day == new DateOnly(2026, 3, 29));
        Assert.Equal((0, "clocks go forward by 1 h", "clocks go forward: skipped"),
            (change.Count, change.ClockChange, Words.Effects(change.Special.Single())));
        Assert.Equal(1, days.Single(d => d.Day == new DateOnly(2026, 3, 30)).Count);
    }
}
