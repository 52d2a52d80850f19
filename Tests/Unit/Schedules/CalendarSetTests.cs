using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the business calendars of a cluster, and edits of them.</summary>
public sealed class CalendarSetTests
{
    private static readonly BusinessCalendar Bank = new() { TimeZone = "Europe/Berlin" };
    private static readonly DateOnly Saturday = new(2026, 3, 7);

    [Fact]
    public void WithAndWithout_ACalendar_CreateASetOfTheNextRevision()
    {
        var one = CalendarSet.Empty.With("bank", Bank);
        var two = one.With("shop", new BusinessCalendar());
        var left = two.Without("shop");

        Assert.Equal([0, 1, 2, 3], new[] { CalendarSet.Empty, one, two, left }.Select(s => s.Revision));
        Assert.Empty(CalendarSet.Empty.Calendars);
        Assert.Equal(["bank", "shop"], two.Calendars.Keys.Order());
        Assert.Equal(["bank"], left.Calendars.Keys);
        Assert.Same(Bank, left.Find("bank"));
        Assert.Null(left.Find("shop"));
        Assert.Null(left.Find("Bank"));
    }

    [Fact]
    public void Get_UnknownCalendar_IsAlwaysOpen()
    {
        Assert.False(CalendarSet.Empty.With("bank", Bank).Get("bank").IsOpen(Saturday));
        Assert.True(CalendarSet.Empty.Get("bank").IsOpen(Saturday));
    }

    [Fact]
    public void Changes_OfASchedule_ComeFromItsCalendars()
    {
        var schedule = TaskSchedule.Any(TaskSchedule.Cron("@daily").OnOpenDays("bank"), TaskSchedule.Cron("@hourly").OnOpenDays("shop"));
        var before = CalendarSet.Empty.With("bank", Bank);

        Assert.False(before.With("other", Bank).Changes(schedule, before));
        Assert.False(before.With("bank", Bank with { }).Changes(schedule, before));
        Assert.False(before.Without("bank").Changes(TaskSchedule.Cron("@daily"), before));
        Assert.True(before.With("shop", Bank).Changes(schedule, before));
        Assert.True(before.With("bank", new BusinessCalendar()).Changes(schedule, before));
        Assert.True(before.Without("bank").Changes(schedule, before));
    }
}
