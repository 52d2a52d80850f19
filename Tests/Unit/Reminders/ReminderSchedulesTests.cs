using OrleansTasks.Reminders;

namespace OrleansTasks.Tests.Unit.Reminders;

public sealed class ReminderSchedulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<double, double, double[]> Cases => new()
    {
        { 0, 60, [0.001, 60, 120] },
        { 0.5, 1, [0.5, 1.5, 2.5] },
        { 5, 10, [5, 15, 25] },
        { 30, 5, [30, 35, 40] },
        { 60, 60, [60, 120, 180] },
        { 3600, 60, [3600, 3660, 3720] },
        { 60, 86_400, [60, 86_460, 172_860] },
        { 0, 0.001, [0.001, 0.002, 0.003] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_ADueTimeAndAPeriod_OccursThenAndOncePerPeriod(double dueTime, double period, double[] expected)
    {
        var schedule = ReminderSchedules.Of(Now, TimeSpan.FromSeconds(dueTime), TimeSpan.FromSeconds(period)).Resolve(Now);

        Assert.Equal(expected, schedule.Occurrences(Now).Take(expected.Length).Select(static o => (o.Utc - Now).TotalSeconds));
    }

    /// <summary>The silo that stores the registration may have a clock that is ahead or behind.</summary>
    [Theory]
    [InlineData(-2, 0, 60)]
    [InlineData(2, 0, 60)]
    [InlineData(-2, 60, 60)]
    [InlineData(2, 60, 60)]
    [InlineData(2, 1, 86_400)]
    public void Of_WithAnotherClock_OccursOnceInTheFirstPeriod(double skew, double dueTime, double period)
    {
        var registered = Now.AddSeconds(skew);
        var schedule = ReminderSchedules.Of(Now, TimeSpan.FromSeconds(dueTime), TimeSpan.FromSeconds(period)).Resolve(registered);

        var first = schedule.Occurrences(registered).Take(2).Select(o => (o.Utc - Now).TotalSeconds).ToList();
        Assert.InRange(first[0], dueTime + Math.Min(skew, 0), dueTime + Math.Max(skew, 0) + 0.001);
        Assert.Equal(dueTime + period, first[1]);
    }

    [Fact]
    public void Of_TheSameTimesLater_IsAnotherSchedule()
    {
        var minute = TimeSpan.FromMinutes(1);
        Assert.NotEqual(ReminderSchedules.Of(Now, minute, minute), ReminderSchedules.Of(Now.AddSeconds(1), minute, minute));
        Assert.NotEqual(ReminderSchedules.Of(Now, TimeSpan.Zero, minute), ReminderSchedules.Of(Now.AddSeconds(1), TimeSpan.Zero, minute));
    }

    [Fact]
    public void Of_TimesOutOfRange_IsRefused()
    {
        var minute = TimeSpan.FromMinutes(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReminderSchedules.Of(Now, -minute, minute));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReminderSchedules.Of(Now, Timeout.InfiniteTimeSpan, minute));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReminderSchedules.Of(Now, TimeSpan.MaxValue, minute));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReminderSchedules.Of(Now, minute, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReminderSchedules.Of(Now, minute, Timeout.InfiniteTimeSpan));
        Assert.Throws<InvalidTaskException>(() => ReminderSchedules.Of(Now, minute, TimeSpan.FromDays(365 * 101)));
    }
}
