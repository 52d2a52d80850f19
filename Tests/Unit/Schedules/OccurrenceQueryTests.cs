namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which occurrences are computed for a look ahead. Hours after a Monday's midnight stand for instants.</summary>
public sealed class OccurrenceQueryTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskSchedule Hourly = TaskSchedule.Every(TimeSpan.FromHours(1), Monday);

    [Theory]
    [InlineData(10, null, null, "4 5 6 7 8 9 10 11 12 13")]
    [InlineData(2, null, null, "4 5")]
    [InlineData(10, null, 5, "4 5")]
    [InlineData(10, null, 3, "")]
    [InlineData(2, 1, null, "1 2")]
    [InlineData(10, 1, 2, "1 2")]
    [InlineData(10, 1, 1, "1")]
    [InlineData(10, -1, 1, "-1 0 1")]
    public void Of_AnHourlyTask_AreTheNextOccurrencesOrThoseOfThePeriod(int count, int? from, int? to, string expected)
    {
        var query = new OccurrenceQuery { Count = count, From = Hour(from), To = Hour(to) };

        Assert.Equal(expected, Hours(query.Of(Hourly, Monday, Monday.AddHours(3))));
    }

    [Fact]
    public void Of_NoSchedule_AreNone() => Assert.Empty(new OccurrenceQuery().Of(null, Monday, Monday));

    [Fact]
    public void Of_APeriodFromTheMinimumInstant_AreAllOfIt() =>
        Assert.Equal("7",
            Hours(new OccurrenceQuery
            {
                From = DateTimeOffset.MinValue
            }.Of(TaskSchedule.At(Monday.AddHours(7)), Monday, Monday.AddHours(9))));

    [Fact]
    public void Of_PlannedBeforeRegistrationAndMoved_IsExcludedExceptForOneInstant()
    {
        // The occurrence of Saturday at 9 moves to Monday, hour 177. That of the next week is hour 345.
        var (saturday, sunday) = (Monday.AddDays(5).AddHours(9), Monday.AddDays(6));
        var next = new OccurrenceQuery { Count = 1 };

        Assert.Equal("177", Hours(next.Of(Moved(TaskSchedule.Cron("0 9 * * SAT")), saturday.AddTicks(-1), sunday)));
        Assert.Equal("345", Hours(next.Of(Moved(TaskSchedule.Cron("0 9 * * SAT")), saturday, sunday)));
        Assert.Equal("177", Hours(next.Of(Moved(TaskSchedule.At(saturday)), sunday, sunday)));
    }

    [Theory]
    [InlineData(0, null, null, "count is 0; 1 to 1000 are allowed.")]
    [InlineData(1001, null, null, "count is 1001; 1 to 1000 are allowed.")]
    [InlineData(1, null, null, null)]
    [InlineData(1000, 1, 1, null)]
    [InlineData(10, 1, null, null)]
    [InlineData(10, null, 1, null)]
    [InlineData(10, 2, 1, "The period ends (2026-03-02T01:00:00.0000000+00:00) before it begins (2026-03-02T02:00:00.0000000+00:00). "
        + "Set an end that is not earlier.")]
    public void Faults_OfAQuery_NameValuesOutOfRange(int count, int? from, int? to, string? fault) =>
        Assert.Equal(fault is null ? [] : [fault], new OccurrenceQuery { Count = count, From = Hour(from), To = Hour(to) }.Faults());

    private static TaskSchedule Moved(TaskSchedule schedule) =>
        schedule.OnOpenDays("bank", ClosedDayRule.Next).Resolve(Monday, "t", _ => new BusinessCalendar());

    private static DateTimeOffset? Hour(int? n) => n is { } hours ? Monday.AddHours(hours) : null;

    private static string Hours(IEnumerable<TaskOccurrence> occurrences) =>
        string.Join(' ', occurrences.Select(o => (o.Utc - Monday).TotalHours));
}
