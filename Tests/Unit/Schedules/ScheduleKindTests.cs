using System.Globalization;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests each kind of schedule: equality, limits, and what must be resolved.</summary>
public sealed class ScheduleKindTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTime Start = Monday.UtcDateTime;

    [Fact]
    public void Equals_OfSchedules_ComparesAllMembers()
    {
        TaskSchedule[] all =
        [
            TaskSchedule.Every(TimeSpan.FromHours(1)), TaskSchedule.Every(TimeSpan.FromHours(1), Monday),
            TaskSchedule.Every(TimeSpan.FromHours(2), Monday), TaskSchedule.Every(TimeSpan.FromHours(1), Monday).AtMost(1),
            TaskSchedule.At(Monday), TaskSchedule.At(Monday.AddTicks(1)), TaskSchedule.After(TimeSpan.Zero),
            TaskSchedule.After(TimeSpan.FromTicks(1)),
            Cron(), TaskSchedule.Cron("0 8 * * *", "Europe/Berlin"), TaskSchedule.Cron("0 9 * * *"), Cron().WhenClocksChange(GapRule.Shift),
            Cron().WhenClocksChange(overlap: OverlapRule.Both), Cron().AtMost(1),
            Rule(), TaskSchedule.Calendar("FREQ=WEEKLY", Start, "Europe/Berlin"), TaskSchedule.Calendar("FREQ=DAILY", Start),
            TaskSchedule.Calendar("FREQ=DAILY", Start.AddDays(1), "Europe/Berlin"),
            TaskSchedule.Calendar("FREQ=DAILY", DateTime.SpecifyKind(Start, DateTimeKind.Unspecified), "Europe/Berlin"),
            TaskSchedule.At(Start, "Europe/Berlin"), TaskSchedule.At(Start, "Europe/Paris"),
            TaskSchedule.At(Start, "Europe/Berlin", GapRule.Shift), TaskSchedule.At(Start, "Europe/Berlin", overlap: OverlapRule.Second),
            Rule().WhenClocksChange(GapRule.Shift), Rule().WhenClocksChange(overlap: OverlapRule.Both), Rule().AtMost(1),
            TaskSchedule.Calendar("FREQ=DAILY", Start, "Europe/Berlin", include: [Start.AddHours(1)]),
            TaskSchedule.Calendar("FREQ=DAILY", Start, "Europe/Berlin", exclude: [Start.AddHours(1)]),
        ];

        // Compares each pair, since a set would not compare items with different hashes.
        Assert.All(all.Index(),
            one => Assert.All(all.Index(), other => Assert.Equal(one.Index == other.Index, one.Item.Equals(other.Item))));
        Assert.Equal(Cron(), Cron());
        Assert.Equal(Rule(), Rule());

        static CronSchedule Cron() => TaskSchedule.Cron("0 9 * * *", "Europe/Berlin");

        static CalendarSchedule Rule() => TaskSchedule.Calendar("FREQ=DAILY", Start, "Europe/Berlin");
    }

    [Fact]
    public void EveryAndAfter_AtTheirLimits_AreAllowed()
    {
        Assert.Equal(TimeSpan.FromDays(36525), ((EverySchedule)TaskSchedule.Every(TimeSpan.FromDays(36525))).Interval);
        Assert.Equal(TimeSpan.FromDays(36525), ((AfterSchedule)TaskSchedule.After(TimeSpan.FromDays(36525))).Delay);
        Assert.Equal("A delay of 36526 days is too long: 36525 days (100 years) are allowed.",
            Refused(() => TaskSchedule.After(TimeSpan.FromDays(36526))));
    }

    [Fact]
    public void WhenClocksChange_UndefinedRule_IsRejected()
    {
        Assert.Equal("gap is 9, which is not a valid GapRule; use one of Skip, FirstValid, Shift.", Refused(() => TaskSchedule.Cron("0 "
            + "9 * * *").WhenClocksChange((GapRule)9)));
        Assert.Equal("overlap is 9, which is not a valid OverlapRule; use one of First, Second, "
            + "Both.", Refused(() => TaskSchedule.Cron("0 9 * * *").WhenClocksChange(overlap: (OverlapRule)9)));
        Assert.Equal("gap is 9, which is not a valid GapRule; use one of Skip, FirstValid, "
            + "Shift.", Refused(() => TaskSchedule.Calendar("FREQ=DAILY").WhenClocksChange((GapRule)9)));
        Assert.Equal("overlap is 9, which is not a valid OverlapRule; use one of First, Second, "
            + "Both.", Refused(() => TaskSchedule.Calendar("FREQ=DAILY").WhenClocksChange(overlap: (OverlapRule)9)));
        Assert.Equal("The cron expression is missing. Give one, such as '0 9 * * MON-FRI'.", Refused(() => TaskSchedule.Cron(null!)));
    }

    [Fact]
    public void WhenClocksChange_AfterEarlierUse_TakesEffect()
    {
        var before = DateTimeOffset.Parse("2026-03-29T00:00+01:00", CultureInfo.InvariantCulture);
        var cron = TaskSchedule.Cron("30 2 * * *", "Europe/Berlin");
        var rule = TaskSchedule.Calendar("FREQ=DAILY", new DateTime(2026, 3, 1, 2, 30, 0), "Europe/Berlin");

        foreach (var (first, shifted) in new (TaskSchedule, TaskSchedule)[]
        {
            (cron, cron.WhenClocksChange(GapRule.Shift)), (rule, rule.WhenClocksChange(GapRule.Shift))
        })
        {
            Assert.Equal(before.AddHours(2), first.NextAfter(before));
            Assert.Equal(before.AddHours(2.5), shifted.NextAfter(before));
        }
    }

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=20260304", "2 3 4")]
    [InlineData("FREQ=DAILY;UNTIL=20260304T080000Z", "2 3 4")]
    [InlineData("FREQ=DAILY;UNTIL=20260304T075959Z", "2 3")]
    [InlineData("FREQ=DAILY;UNTIL=20260304T090000", "2 3 4")]
    [InlineData("FREQ=DAILY;UNTIL=20260304T085959", "2 3")]
    [InlineData("rrule:FREQ=DAILY;COUNT=2", "2 3")]
    public void Rule_WithAnEnd_IncludesIt(string rule, string days) => Assert.Equal(
        days,
        string.Join(' ',
            TaskSchedule.Calendar(rule, new DateTime(2026, 3, 2, 9, 0, 0), "Europe/Berlin").Occurrences(DateTimeOffset.MinValue).Take(9)
                .Select(o => o.Local.Day)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rule_CountAtTheLimit_IsReadAndOneMoreIsRejected(bool included)
    {
        Assert.Null(Of(10_000).Fault());
        Assert.EndsWith("excluded times; 0 to 10000 of each are allowed.", Refused(() => Of(10_001)), StringComparison.Ordinal);
        Assert.Contains(included ? "it has 10001 further" : "10001 excluded", Refused(() => Of(10_001)), StringComparison.Ordinal);

        TaskSchedule Of(int count)
        {
            var times = Enumerable.Range(1, count).Select(n => Start.AddHours(n)).ToList();
            return TaskSchedule.Calendar("FREQ=DAILY", Start, include: included ? times : null, exclude: included ? null : times);
        }
    }

    [Fact]
    public void Rule_LengthAtTheLimit_IsReadAndOneMoreIsRejected()
    {
        var rule = "FREQ=DAILY;BYHOUR=" + string.Join(',', Enumerable.Repeat("12", 330));

        Assert.Null(TaskSchedule.Calendar(rule[..1000], Start).Fault());
        Assert.Contains("it has 1001 characters; 1 to 1000 are allowed.", Refused(() => TaskSchedule.Calendar(rule[..1001], Start)),
            StringComparison.Ordinal);
        Assert.Contains("it has 0 characters; 1 to 1000 are allowed.", Refused(() => TaskSchedule.Calendar("RRULE:", Start)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_OfTimesWithAKind_IsReadInItsZoneToTheSecond()
    {
        var schedule = TaskSchedule.Calendar(
            "FREQ=DAILY;COUNT=1",
            new DateTime(2026, 3, 2, 8, 0, 0, DateTimeKind.Utc).AddMilliseconds(5),
            "Europe/Berlin",
            include: [new DateTime(2026, 3, 3, 8, 0, 0, DateTimeKind.Utc), new DateTime(2026, 3, 4, 9, 0, 0).AddTicks(7)],
            exclude: [new DateTime(2026, 3, 2, 8, 0, 0, DateTimeKind.Utc)]);

        Assert.Equal(new DateTime(2026, 3, 2, 8, 0, 0), schedule.RuleStart);
        Assert.Equal(["2026-03-03 09:00", "2026-03-04 09:00"],
            schedule.Occurrences(DateTimeOffset.MinValue).Select(o => o.Local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Rule_ExtraTimes_OccurOnceInOrderAlsoOutsideItsBounds()
    {
        var schedule = TaskSchedule.Calendar(
            "FREQ=DAILY;COUNT=3", Start,
            include: [Start.AddDays(9), Start.AddDays(1), Start.AddDays(-9), Start.AddDays(8), Start.AddHours(1)],
            exclude: [Start.AddDays(2), Start.AddDays(8)]);

        Assert.Equal([-9 * 24, 0, 1, 24, 9 * 24], schedule.Occurrences(Monday.AddDays(-100)).Select(o => (o.Utc - Monday).TotalHours));
        Assert.Equal(Monday, schedule.NextAfter(Monday.AddDays(-9)));
        Assert.Equal(Monday.AddDays(9), schedule.NextAfter(Monday.AddDays(1)));
    }

    [Fact]
    public void Rule_QueriedForwardAndBackward_GivesTheSameOccurrences()
    {
        var schedule = TaskSchedule.Calendar("FREQ=DAILY;COUNT=100", Start);

        foreach (var day in new[] { 50, 49, 10, 98, 0, 31, 32, 33, 64, 97, -5 })
        {
            Assert.Equal(Monday.AddDays(Math.Max(0, day + 1)), schedule.NextAfter(Monday.AddDays(day)));
        }

        Assert.Null(schedule.NextAfter(Monday.AddDays(99)));
    }

    [Theory]
    [InlineData("@every_second", "* * * * * *")]
    [InlineData("@every_minute", "* * * * *")]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("@daily", "0 0 * * *")]
    public void Cron_MacroWhereClocksGoBack_EqualsItsExpression(string macro, string expression)
    {
        // At midnight, clocks go back from 5 April 00:00 to 23:00.
        var before = DateTimeOffset.Parse("2026-04-04T22:30-03:00", CultureInfo.InvariantCulture);

        Assert.Equal(Of(expression), Of(macro));

        IEnumerable<DateTimeOffset> Of(string cron) =>
            TaskSchedule.Cron(cron, "America/Santiago").Occurrences(before, before.AddHours(5)).Select(o => o.Utc);
    }

    [Fact]
    public void IsCostly_EachKind_IsTrueWhereResolvingTakesLong()
    {
        TaskSchedule every = TaskSchedule.Every(TimeSpan.FromHours(1)), cron = TaskSchedule.Cron("0 9 * * *"),
            hashed = TaskSchedule.Cron("H 9 * * *"), rule = TaskSchedule.Calendar("FREQ=DAILY");

        Assert.Equal([false, false, false, true, true, true, true],
            new[] { every, cron, TaskSchedule.At(Monday), hashed, rule, TaskSchedule.Any(every), every.AtMost(1) }.Select(s => s.IsCostly));
        Assert.Equal([true, false, false, true, true, true],
            new[] { every, cron, TaskSchedule.At(Monday), TaskSchedule.After(TimeSpan.Zero), hashed, rule }.Select(s => s.IsRelative));
    }

    [Fact]
    public void NextAfter_PlannedBefore_IsExcluded()
    {
        // Each Sunday's occurrence at 9 moves to Monday.
        var schedule = TaskSchedule.Cron("0 9 * * SUN").OnOpenDays("bank", ClosedDayRule.Next)
            .Resolve(Monday, "t", _ => new BusinessCalendar());
        var sunday = Monday.AddDays(6).AddHours(9);

        Assert.Equal(Monday.AddHours(9), schedule.NextAfter(Monday, null));
        Assert.Equal(sunday.AddDays(1), schedule.NextAfter(Monday, Monday));
        Assert.Equal(sunday.AddDays(1), schedule.NextAfter(Monday, sunday.AddTicks(-1)));
        Assert.Equal(sunday.AddDays(8), schedule.NextAfter(Monday, sunday));
    }

    [Fact]
    public void After_Resolved_KeepsItsBounds()
    {
        var schedule = TaskSchedule.After(TimeSpan.FromHours(1)).Until(Monday.AddHours(1)).Resolve(Monday);

        Assert.Equal(TaskSchedule.At(Monday.AddHours(1)).Until(Monday.AddHours(1)), schedule);
        Assert.Throws<InvalidOperationException>(() => TaskSchedule.After(TimeSpan.Zero).NextAfter(Monday));
    }

    [Fact]
    public void Zones_WithWindowsNames_MapToTheTzDatabase() => Assert.Equal(
        TaskSchedule.Cron("0 9 * * *", "Europe/Berlin").NextAfter(Monday),
        TaskSchedule.Cron("0 9 * * *", "W. Europe Standard Time").NextAfter(Monday));

    private static string Refused(Func<TaskSchedule> make) => Assert.Throws<InvalidTaskException>(make).Message;
}
