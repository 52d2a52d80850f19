using System.Globalization;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests rules with short steps that continue only after months or years, so that the next time is expensive to find.</summary>
public sealed class LongGapTests
{
    [Theory]
    [InlineData("FREQ=MINUTELY;BYMONTH=1;BYMONTHDAY=2;BYHOUR=3;BYMINUTE=4", "2027-01-02 03:04")]
    [InlineData("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=3", "2028-02-29 03:00")]
    [InlineData("FREQ=SECONDLY;BYMINUTE=0;BYSECOND=59", "2026-05-06 08:00")]
    public void Rule_WithALongGap_ContinuesAfterIt(string rule, string expected) => Assert.Equal(
        expected,
        TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1)).Occurrences(new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero)).First()
            .Local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
}
