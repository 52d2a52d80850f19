using System.Globalization;
using CsCheck;
using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Unit;

public sealed class CalendarScheduleTests
{
    [Fact]
    public void Next_AfterTheEnd_IsNotSearched()
    {
        var end = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Null(new ScheduleLimits { End = end }.BoundedNext(end, static _ => throw new InvalidOperationException()));
    }

    // Examples of RFC 5545, section 3.8.5.3, in New York. Each rule starts on 1997-09-02 at 09:00.
    [Theory]
    [InlineData("FREQ=DAILY;COUNT=3", "1997-09-02 1997-09-03 1997-09-04")]
    [InlineData("FREQ=DAILY;UNTIL=19970905T000000Z", "1997-09-02 1997-09-03 1997-09-04")]
    [InlineData("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=4", "1997-09-02 1997-09-16 1997-09-30 1997-10-14")]
    [InlineData("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02 1997-09-04 1997-09-09 1997-09-11")]
    [InlineData("FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1997-09-05 1997-10-03 1997-11-07 1997-12-05")]
    [InlineData("FREQ=MONTHLY;COUNT=4;BYDAY=-2MO", "1997-09-22 1997-10-20 1997-11-17 1997-12-22")]
    [InlineData("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-3", "1997-09-28 1997-10-29 1997-11-28 1997-12-29")]
    [InlineData("FREQ=MONTHLY;COUNT=4;BYMONTHDAY=2,15", "1997-09-02 1997-09-15 1997-10-02 1997-10-15")]
    [InlineData("FREQ=YEARLY;COUNT=3;BYDAY=20MO", "1998-05-18 1999-05-17 2000-05-15")]
    [InlineData("FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO", "1998-05-11 1999-05-17 2000-05-15")]
    [InlineData("FREQ=YEARLY;COUNT=3;INTERVAL=2;BYMONTH=1,2,3", "1999-01-02 1999-02-02 1999-03-02")]
    [InlineData("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "1998-02-13 1998-03-13 1998-11-13")]
    [InlineData("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 1997-10-07 1997-11-06")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=3", "1997-09-29 1997-10-30 1997-11-27")]
    [InlineData("RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2", "1997-11-04 2001-11-06")]
    public void Rule_ExampleOfTheRfc_OccursAsStated(string rule, string days)
    {
        var schedule = TaskSchedule.Calendar(rule, new DateTime(1997, 9, 2, 9, 0, 0), "America/New_York");

        var occurrences = schedule.Occurrences(DateTimeOffset.MinValue).Take(20).ToList();

        Assert.Equal(days, string.Join(' ', occurrences.Select(o => o.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
        Assert.All(occurrences, o => Assert.Equal(new TimeSpan(9, 0, 0), o.Local.TimeOfDay));
    }

    [Theory]
    [InlineData("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "09:00 12:00 15:00")]
    [InlineData("FREQ=MINUTELY;INTERVAL=15;COUNT=6", "09:00 09:15 09:30 09:45 10:00 10:15")]
    [InlineData("FREQ=MINUTELY;INTERVAL=90;COUNT=4", "09:00 10:30 12:00 13:30")]
    public void Rule_WithinADay_OccursAsTheRfcStates(string rule, string times) => Assert.Equal(
        times,
        string.Join(' ',
            TaskSchedule.Calendar(rule, new DateTime(1997, 9, 2, 9, 0, 0), "America/New_York").Occurrences(DateTimeOffset.MinValue)
            .Where(o => o.Local.Day == 2).Select(o => o.Local.ToString("HH:mm", CultureInfo.InvariantCulture))));

    [Fact]
    public void Rule_ShortStepAndOldStart_IsFoundQuickly()
    {
        var schedule = TaskSchedule.Calendar("FREQ=SECONDLY;INTERVAL=7", new DateTime(1970, 1, 1, 0, 0, 3));
        var instant = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

        var next = schedule.NextAfter(instant)!.Value;

        Assert.Equal(0, (next.ToUnixTimeSeconds() - 3) % 7);
        Assert.InRange(next - instant, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(7));
    }

    // The search starts near the requested instant, so that it does not count all steps since the rule's start. The grid is still that of
    // the start.
    [Theory]
    [InlineData("FREQ=SECONDLY;INTERVAL=7", 7)]
    [InlineData("FREQ=MINUTELY;INTERVAL=45", 45 * 60)]
    [InlineData("FREQ=HOURLY;INTERVAL=5", 5 * 3600)]
    [InlineData("FREQ=DAILY;INTERVAL=3", 3 * 86_400)]
    [InlineData("FREQ=WEEKLY;INTERVAL=2", 14 * 86_400)]
    public void Rule_LongAfterItsStart_StaysOnItsGrid(string rule, int seconds)
    {
        var start = new DateTimeOffset(2020, 1, 1, 9, 30, 15, TimeSpan.Zero);
        var period = TimeSpan.FromSeconds(seconds);
        var schedule = TaskSchedule.Calendar(rule, start.UtcDateTime);

        Assert.Equal(start, schedule.NextAfter(DateTimeOffset.MinValue));
        foreach (var n in new[] { 0, 1, 2, 3, 31, 32, 33, 64, 1000, 12_345, 100_000, 31, 1 }.Where(n => (start + (n * period)).Year < 2400))
        {
            Assert.Equal(start + ((n + 1) * period), schedule.NextAfter(start + (n * period)));
            Assert.Equal(start + ((n + 1) * period), schedule.NextAfter(start + ((n + 1) * period) - TimeSpan.FromTicks(1)));
        }
    }

    [Fact]
    public void Rule_SeveralTimesADay_MissesNoneLongAfterItsStart()
    {
        var start = new DateTimeOffset(2020, 1, 1, 9, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Calendar("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;BYHOUR=6,18", start.UtcDateTime);

        var all = schedule.Occurrences(start).Take(400).Select(o => o.Utc).ToList();

        // 2020-01-01 is a Wednesday. Weeks start on Monday, and every other week counts.
        Assert.All(all, o => Assert.Equal(0, (o - new DateTimeOffset(2019, 12, 30, 0, 0, 0, TimeSpan.Zero)).Days / 7 % 2));
        Assert.All(all.Zip(all.Skip(1)),
            pair =>
                Assert.Equal(pair.Second,
                    TaskSchedule.Calendar("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;BYHOUR=6,18", start.UtcDateTime).NextAfter(pair.First)));
        Assert.Equal(start.AddHours(9), all[0]);
    }

    [Fact]
    public void Rule_AnyText_IsReadOrRejected() => Gen.OneOf(
            Gen.OneOf("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=HOURLY", "FREQ=", "INTERVAL=2", "INTERVAL=0",
                "INTERVAL=-1", "COUNT=3", "UNTIL=20270101", "UNTIL=x", "BYDAY=MO", "BYDAY=-5FR", "BYDAY=99XX",
                "BYMONTH=2", "BYMONTH=13", "BYMONTHDAY=-31", "BYMONTHDAY=30", "BYSETPOS=-1", "BYSETPOS=400", "BYWEEKNO=53", "BYYEARDAY=366",
                "BYHOUR=3,4", "BYMINUTE=", "WKST=SU", "WKST=X", "=", ";", "A=B").List[1, 5].Select(parts => string.Join(';', parts)),
            Gen.String[0, 30])
        .Sample(rule =>
        {
            try
            {
                var schedule = TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1, 9, 0, 0), "Europe/Berlin");
                var occurrences = schedule.Occurrences(DateTimeOffset.MinValue).Take(5).Select(o => o.Utc).ToList();
                Assert.Equal(occurrences.Order().Distinct(), occurrences);
            }
            catch (InvalidTaskException e)
            {
                Assert.Contains("recurrence rule", e.Message, StringComparison.Ordinal);
            }
        }, iter: 1000);

    [Fact]
    public void Rule_ExtraAndExcludedTimes_AreAddedAndRemoved()
    {
        var schedule = TaskSchedule.Calendar(
            "FREQ=DAILY;COUNT=4", new DateTime(2026, 1, 1, 9, 0, 0), "Europe/Berlin",
            include: [new(2026, 1, 2, 15, 0, 0), new(2026, 2, 1, 0, 0, 0)], exclude: [new(2026, 1, 3, 9, 0, 0), new(2026, 1, 4, 9, 0, 0)]);

        Assert.Equal(
            ["2026-01-01 09:00", "2026-01-02 09:00", "2026-01-02 15:00", "2026-02-01 00:00"],
            schedule.Occurrences(DateTimeOffset.MinValue).Select(o => o.Local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Rule_WithoutStart_CountsFromRegistration()
    {
        var schedule = TaskSchedule.Calendar("FREQ=WEEKLY", timeZone: "Asia/Tokyo");
        var registered = new DateTimeOffset(2026, 1, 1, 20, 30, 40, 500, TimeSpan.Zero);

        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(registered));
        Assert.Equal(new DateTimeOffset(2026, 1, 8, 20, 30, 40, TimeSpan.Zero), schedule.Resolve(registered).NextAfter(registered));
    }

    [Fact]
    public void Rule_StartAsAnInstant_KeepsThatInstant()
    {
        var schedule = TaskSchedule.Calendar("FREQ=DAILY", new DateTime(2026, 7, 1, 9, 0, 0, DateTimeKind.Utc), "Europe/Berlin");

        Assert.Equal((new DateTime(2026, 7, 1, 9, 0, 0), DateTimeKind.Utc), (schedule.RuleStart!.Value, schedule.RuleStart.Value.Kind));
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero), schedule.NextAfter(DateTimeOffset.MinValue));
    }

    [Theory]
    [InlineData("FREQ=DAILY;COUNT=10001",
        "The recurrence rule 'FREQ=DAILY;COUNT=10001' is not valid: COUNT is 10001; 1 to 10000 are allowed.")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "The recurrence rule 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' never occurs. Use one "
        + "that occurs at least once.")]
    [InlineData("FREQ=DAILY;UNTIL=19990101", "The recurrence rule 'FREQ=DAILY;UNTIL=19990101' never occurs. Use one that occurs at "
        + "least once.")]
    public void Rule_NotValid_SaysWhy(string rule, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidTaskException>(() => TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1))).Message,
            StringComparison.Ordinal);
}
