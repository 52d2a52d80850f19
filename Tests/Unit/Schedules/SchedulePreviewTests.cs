namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the preview of a schedule change. Minutes after a Monday's midnight stand for instants.</summary>
public sealed class SchedulePreviewTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(20, 30, 0, 60, "30", "20 40", 2)]
    [InlineData(20, 30, 1, 59, "30", "20 40", 0)]
    [InlineData(20, 20, 0, 60, "", "", 4)]
    [InlineData(60, 20, 0, 60, "20 40", "", 2)]
    [InlineData(20, 60, 0, 60, "", "20 40", 2)]
    [InlineData(20, 0, 0, 60, "", "0 20 40 60", 0)]
    [InlineData(0, 30, 0, 60, "0 30 60", "", 0)]
    [InlineData(0, 0, 0, 60, "", "", 0)]
    public void Compare_TwoSchedules_ListsDifferencesAndCountsCommonOccurrences(int before, int after, int from, int to, string added,
        string removed, int kept)
    {
        var preview = SchedulePreview.Compare(Every(before), Every(after), Minute(from), Minute(to));

        Assert.Equal((added, removed, kept), (Minutes(preview.Added), Minutes(preview.Removed), preview.Kept));
        Assert.Equal((Minute(from), Minute(to)), (preview.From, preview.To));
        Assert.Equal(Every(after)?.Describe(), preview.Description);
    }

    [Fact]
    public void Compare_OccurrencesDroppedOnClosedDays_OmitsThem()
    {
        // The next Saturday and Sunday are closed.
        var daily = TaskSchedule.Cron("0 9 * * *");
        var preview = SchedulePreview.Compare(daily, daily.OnOpenDays("bank").Resolve(Monday, "t", _ => new BusinessCalendar()), Monday,
            Monday.AddDays(7));

        Assert.Equal((0, 5), (preview.Added.Count, preview.Kept));
        Assert.Equal([DayOfWeek.Saturday, DayOfWeek.Sunday], preview.Removed.Select(o => o.Utc.DayOfWeek));
    }

    [Fact]
    public void Compare_BeyondTheListLimit_EndsBeforeTheFirstUnlisted()
    {
        var all = SchedulePreview.Compare(null, Every(1), Minute(0), Minute(999));
        Assert.Equal((1000, Minute(999)), (all.Added.Count, all.To));

        var added = SchedulePreview.Compare(null, Every(1), Minute(0), Minute(5000));
        Assert.Equal((1000, Minute(1000).AddTicks(-1)), (added.Added.Count, added.To));

        var removed = SchedulePreview.Compare(Every(1), null, Minute(0), Minute(5000));
        Assert.Equal((1000, Minute(1000).AddTicks(-1)), (removed.Removed.Count, removed.To));
    }

    [Fact]
    public void Compare_BeyondTheSearchLimit_EndsThere()
    {
        var preview = SchedulePreview.Compare(Every(1), Every(1), Minute(0), Minute(1_000_000));

        Assert.Equal((100_000, Minute(100_000).AddTicks(-1)), (preview.Kept, preview.To));
    }

    [Fact]
    public void Compare_FromTheMinimumInstant_IncludesAll() =>
        Assert.Equal("7", Minutes(SchedulePreview.Compare(null, TaskSchedule.At(Minute(7)), DateTimeOffset.MinValue, Minute(9)).Added));

    private static TaskSchedule? Every(int minutes) => minutes == 0 ? null : TaskSchedule.Every(TimeSpan.FromMinutes(minutes), Monday);

    private static DateTimeOffset Minute(int n) => Monday.AddMinutes(n);

    private static string Minutes(IEnumerable<TaskOccurrence> occurrences) =>
        string.Join(' ', occurrences.Select(o => (o.Utc - Monday).TotalMinutes));
}
