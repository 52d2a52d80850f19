using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compares schedules on open days with a reference that checks every planned instant of half a year.</summary>
public sealed class OpenDaysReferenceTests
{
    // In New York, clocks change on 8 March and 1 November. All days around these are closed, except one.
    private static readonly BusinessCalendar Bank = new()
    {
        Closed = [new(2026, 3, 6), new(2026, 3, 9), new(2026, 3, 10), new(2026, 3, 31), new(2026, 4, 1)],
        Open = [new(2026, 3, 8), new(2026, 5, 2)],
        ClosedEveryYear = ["02-16", "05-25"],
    };

    public static TheoryData<string, string, ClosedDayRule> Cases()
    {
        var data = new TheoryData<string, string, ClosedDayRule>();
        foreach (var zone in new[] { "UTC", "America/New_York", "Australia/Lord_Howe" })
        {
            foreach (var cron in new[]
            {
                "0 9 * * *", "30 2 * * *", "0 */5 * * *", "59 23 * * 5-7", "0 0 1,10 * *", "15 1,2,3 7,8,9 * *", "0 12 1 */3 *"
            })
            {
                data.Add(cron, zone, ClosedDayRule.Drop);
                data.Add(cron, zone, ClosedDayRule.Next);
                data.Add(cron, zone, ClosedDayRule.Previous);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnOpenDays_EveryPlannedInstant_FollowsTheRule(string cron, string zoneId, ClosedDayRule rule)
    {
        var (from, until) = (new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
        var zone = TimeZones.Get(zoneId);
        var plain = TaskSchedule.Cron(cron, zoneId).WhenClocksChange(GapRule.Shift, OverlapRule.Both);
        var schedule = plain.OnOpenDays("bank", rule).Resolve(from, "t", _ => Bank);

        // Occurrences from a month before or after may move into the period.
        var expected =
            new SortedSet<DateTimeOffset>(
                plain.Occurrences(from.AddDays(-30), until.AddDays(30)).Select(o => Moved(o.Utc)).OfType<DateTimeOffset>()).GetViewBetween(
                    from.AddTicks(1), until).ToList();
        var occurrences = schedule.Occurrences(from, until).Where(o => o.Occurs).Select(o => o.Utc).ToList();

        Assert.Equal(expected, occurrences);
        foreach (var (one, next) in expected.Zip(expected.Skip(1)).Take(40))
        {
            Assert.Equal(next, schedule.NextAfter(one));
            Assert.Equal(next, schedule.NextAfter(next.AddTicks(-1)));
        }

        DateTimeOffset? Moved(DateTimeOffset instant)
        {
            var local = zone.ToLocal(instant).DateTime;
            var day = DateOnly.FromDateTime(local);
            if (Bank.IsOpen(day))
            {
                return instant;
            }

            for (; rule != ClosedDayRule.Drop; day = day.AddDays(rule == ClosedDayRule.Next ? 1 : -1))
            {
                if (Bank.IsOpen(day))
                {
                    return zone.ToInstant(day.ToDateTime(TimeOnly.FromDateTime(local)));
                }
            }

            return null;
        }
    }

    // In Apia, 31 December 2011 followed the 29th. Nothing can move to the day in between.
    [Theory]
    [InlineData(ClosedDayRule.Next, 29, "31 31 31")]
    [InlineData(ClosedDayRule.Previous, 31, "29 29")]
    public void OnOpenDays_MovedToANonexistentDay_MovesOn(ClosedDayRule rule, int closed, string days)
    {
        var calendar = new BusinessCalendar { ClosedWeekdays = [], Closed = [new(2011, 12, closed)] };
        var start = new DateTimeOffset(2011, 12, 29, 10, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Cron("0 9,21 29-31 12 *", "Pacific/Apia").Until(start.AddDays(3)).OnOpenDays("bank", rule)
            .Resolve(start, "t", _ => calendar);

        var found = schedule.Occurrences(start, start.AddDays(3)).Where(o => o.Occurs).ToList();

        Assert.Equal(days, string.Join(' ', found.Select(o => o.Local.Day)));
        Assert.All(found, o => Assert.Equal(o.Utc, schedule.NextAfter(o.Utc.AddHours(-1))));
    }

    [Theory]
    [InlineData(ClosedDayRule.Next, 2000)]
    [InlineData(ClosedDayRule.Previous, 2000)]
    public void OnOpenDays_AfterClosedYears_Continues(ClosedDayRule rule, int closed)
    {
        var first = new DateOnly(2026, 1, 1);
        var calendar = new BusinessCalendar
        {
            ClosedWeekdays = [],
            Closed = [.. Enumerable.Range(0, closed).Select(n => first.AddDays(n))]
        };
        var start = new DateTimeOffset(2025, 12, 30, 9, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Every(TimeSpan.FromDays(1), start).OnOpenDays("bank", rule).Resolve(start, "t", _ => calendar);

        Assert.Equal([start.AddDays(1), start.AddDays(2 + closed), start.AddDays(3 + closed)],
            schedule.Occurrences(start).Take(3).Select(o => o.Utc));
    }
}
