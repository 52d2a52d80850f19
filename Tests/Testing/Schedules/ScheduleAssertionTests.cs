using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Schedules;

public sealed class ScheduleAssertionTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 28, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2026, 3, 31, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskSchedule Report = TaskSchedule.Cron("0 9 * * *", "Europe/Berlin");

    [Fact]
    public void Between_IncludesBothEnds()
    {
        var hours = TaskSchedule.Cron("0 * * * *").Between(From, From.AddHours(2)).Select(o => o.Utc.Hour);
        Assert.Equal([0, 1, 2], hours);
    }

    [Fact]
    public void Between_OfAScheduleThatDependsOnItsRegistration_CountsFromTheBeginning() =>
        Assert.Equal([5, 10],
            TaskSchedule.Every(TimeSpan.FromMinutes(5)).Between(From, From.AddMinutes(12)).Select(o => o.Utc.Minute).Where(m => m > 0));

    [Fact]
    public void ShouldOccur_Occurring_Passes() =>
        Report.ShouldOccur(From, To, From.AddHours(8), new DateTimeOffset(2026, 3, 29, 9, 0, 0, TimeSpan.FromHours(2)),
            From.AddDays(2).AddHours(7));

    [Fact]
    public void ShouldOccur_NotOccurring_ListsMissingAndExtraInstants()
    {
        var e = Assert.Throws<ScheduleAssertionException>(
            () => Report.ShouldOccur(From, To, From.AddHours(8), From.AddDays(1).AddHours(8), From.AddDays(2).AddHours(7)));
        Assert.Equal([From.AddDays(1).AddHours(8)], e.Missing);
        Assert.Equal([From.AddDays(1).AddHours(7)], e.Extra);
        Assert.Contains("1 missing, 1 extra, 2 as expected", e.Message, StringComparison.Ordinal);
        Assert.Contains("2026-03-29T08:00:00Z = Sun 2026-03-29 10:00:00 +02:00 in Europe/Berlin", e.Message, StringComparison.Ordinal);
        Assert.Contains("2026-03-29T07:00:00Z = Sun 2026-03-29 09:00:00 +02:00 in Europe/Berlin", e.Message, StringComparison.Ordinal);
    }
}
