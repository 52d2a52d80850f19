using System.Globalization;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests what schedules do when clocks change, in zones with different rules. Instants are written with the local time that clocks show.
/// </summary>
public sealed class ClockChangeTests
{
    // The clock changes that the cases use:
    // New York: 2026-03-08 02:00 to 03:00, 2026-11-01 02:00 back to 01:00.
    // Warsaw: 2026-03-29 02:00 to 03:00, 2026-10-25 03:00 back to 02:00.
    // Santiago, at midnight: 2026-09-06 00:00 to 01:00, 2026-04-05 00:00 back to 23:00 the day before.
    // Lord Howe, by half an hour: 2026-10-04 02:00 to 02:30, 2026-04-05 02:00 back to 01:30.
    // Amman, at midnight: 2022-02-25 00:00 to 01:00, 2021-10-29 01:00 back to 00:00.
    // Sydney: 2026-10-04 02:00 to 03:00, 2026-04-05 03:00 back to 02:00.
    public static TheoryData<string, string, GapRule?, string> Gaps => new()
    {

        {
            "30 2 * * *", "America/New_York 2026-03-07 2026-03-10", null,
            "2026-03-07T02:30-05:00 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00"
        },

        {
            "30 2 * * *", "America/New_York 2026-03-07 2026-03-10", GapRule.FirstValid,
            "2026-03-07T02:30-05:00 2026-03-08T03:00-04:00 2026-03-09T02:30-04:00"
        },

        {
            "30 2 * * *", "America/New_York 2026-03-07 2026-03-10", GapRule.Shift,
            "2026-03-07T02:30-05:00 2026-03-08T03:30-04:00 2026-03-09T02:30-04:00"
        },
        { "30 2 * * *", "America/New_York 2026-03-07 2026-03-10", GapRule.Skip, "2026-03-07T02:30-05:00 2026-03-09T02:30-04:00" },

        {
            "30 2 * * *", "Europe/Warsaw 2026-03-28 2026-03-31", null,
            "2026-03-28T02:30+01:00 2026-03-29T03:00+02:00 2026-03-30T02:30+02:00"
        },

        {
            "30 2 * * *", "Europe/Warsaw 2026-03-28 2026-03-31", GapRule.Shift,
            "2026-03-28T02:30+01:00 2026-03-29T03:30+02:00 2026-03-30T02:30+02:00"
        },
        { "30 2 * * *", "Europe/Warsaw 2026-03-28 2026-03-31", GapRule.Skip, "2026-03-28T02:30+01:00 2026-03-30T02:30+02:00" },

        {
            "0 0 * * *", "America/Santiago 2026-09-05 2026-09-08", null,
            "2026-09-05T00:00-04:00 2026-09-06T01:00-03:00 2026-09-07T00:00-03:00"
        },

        {
            "30 0 * * *", "America/Santiago 2026-09-05 2026-09-08", GapRule.Shift,
            "2026-09-05T00:30-04:00 2026-09-06T01:30-03:00 2026-09-07T00:30-03:00"
        },
        { "0 0 * * *", "America/Santiago 2026-09-05 2026-09-08", GapRule.Skip, "2026-09-05T00:00-04:00 2026-09-07T00:00-03:00" },

        {
            "15 2 * * *", "Australia/Lord_Howe 2026-10-03 2026-10-06", null,
            "2026-10-03T02:15+10:30 2026-10-04T02:30+11:00 2026-10-05T02:15+11:00"
        },

        {
            "15 2 * * *", "Australia/Lord_Howe 2026-10-03 2026-10-06", GapRule.Shift,
            "2026-10-03T02:15+10:30 2026-10-04T02:45+11:00 2026-10-05T02:15+11:00"
        },
        { "15 2 * * *", "Australia/Lord_Howe 2026-10-03 2026-10-06", GapRule.Skip, "2026-10-03T02:15+10:30 2026-10-05T02:15+11:00" },
        { "30 0 * * *", "Asia/Amman 2022-02-24 2022-02-27", null, "2022-02-24T00:30+02:00 2022-02-25T01:00+03:00 2022-02-26T00:30+03:00" },

        {
            "30 0 * * *", "Asia/Amman 2022-02-24 2022-02-27", GapRule.Shift,
            "2022-02-24T00:30+02:00 2022-02-25T01:30+03:00 2022-02-26T00:30+03:00"
        },
        { "30 0 * * *", "Asia/Amman 2022-02-24 2022-02-27", GapRule.Skip, "2022-02-24T00:30+02:00 2022-02-26T00:30+03:00" },

        {
            "30 2 * * *", "Australia/Sydney 2026-10-03 2026-10-06", null,
            "2026-10-03T02:30+10:00 2026-10-04T03:00+11:00 2026-10-05T02:30+11:00"
        },

        {
            "30 2 * * *", "Australia/Sydney 2026-10-03 2026-10-06", GapRule.Shift,
            "2026-10-03T02:30+10:00 2026-10-04T03:30+11:00 2026-10-05T02:30+11:00"
        },
        { "30 2 * * *", "Australia/Sydney 2026-10-03 2026-10-06", GapRule.Skip, "2026-10-03T02:30+10:00 2026-10-05T02:30+11:00" },

        // Several occurrences in the gap and one right after it count as one.
        { "0,30 2,3 * * *", "America/New_York 2026-03-08 2026-03-09", GapRule.FirstValid, "2026-03-08T03:00-04:00 2026-03-08T03:30-04:00" },
        { "15,45 2 * * *", "America/New_York 2026-03-08 2026-03-09", GapRule.FirstValid, "2026-03-08T03:00-04:00" },
        { "15,45 2 * * *", "America/New_York 2026-03-08 2026-03-09", GapRule.Shift, "2026-03-08T03:15-04:00 2026-03-08T03:45-04:00" },

        // A repeating schedule has nothing to make up.

        {
            "*/30 * * * *", "America/New_York 2026-03-08T01:00 2026-03-08T04:00", null,
            "2026-03-08T01:00-05:00 2026-03-08T01:30-05:00 2026-03-08T03:00-04:00 2026-03-08T03:30-04:00"
        },

        {
            "7 * * * *", "America/New_York 2026-03-08T01:00 2026-03-08T05:00", null,
            "2026-03-08T01:07-05:00 2026-03-08T03:07-04:00 2026-03-08T04:07-04:00"
        },
    };

    public static TheoryData<string, string, OverlapRule?, string> Overlaps => new()
    {

        {
            "30 1 * * *", "America/New_York 2026-10-31 2026-11-03", null,
            "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00"
        },

        {
            "30 1 * * *", "America/New_York 2026-10-31 2026-11-03", OverlapRule.First,
            "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00"
        },

        {
            "30 1 * * *", "America/New_York 2026-10-31 2026-11-03", OverlapRule.Second,
            "2026-10-31T01:30-04:00 2026-11-01T01:30-05:00 2026-11-02T01:30-05:00"
        },

        {
            "30 1 * * *", "America/New_York 2026-10-31 2026-11-03", OverlapRule.Both,
            "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-01T01:30-05:00 2026-11-02T01:30-05:00"
        },

        {
            "30 2 * * *", "Europe/Warsaw 2026-10-24 2026-10-27", null,
            "2026-10-24T02:30+02:00 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00"
        },

        {
            "30 2 * * *", "Europe/Warsaw 2026-10-24 2026-10-27", OverlapRule.Second,
            "2026-10-24T02:30+02:00 2026-10-25T02:30+01:00 2026-10-26T02:30+01:00"
        },

        {
            "30 23 * * *", "America/Santiago 2026-04-03 2026-04-06", null,
            "2026-04-03T23:30-03:00 2026-04-04T23:30-03:00 2026-04-05T23:30-04:00"
        },

        {
            "30 23 * * *", "America/Santiago 2026-04-03 2026-04-06", OverlapRule.Second,
            "2026-04-03T23:30-03:00 2026-04-04T23:30-04:00 2026-04-05T23:30-04:00"
        },

        {
            "0 0 * * *", "America/Santiago 2026-04-04 2026-04-07", OverlapRule.Both,
            "2026-04-04T00:00-03:00 2026-04-05T00:00-04:00 2026-04-06T00:00-04:00"
        },

        {
            "45 1 * * *", "Australia/Lord_Howe 2026-04-04 2026-04-07", null,
            "2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30"
        },

        {
            "45 1 * * *", "Australia/Lord_Howe 2026-04-04 2026-04-07", OverlapRule.Both,
            "2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-05T01:45+10:30 2026-04-06T01:45+10:30"
        },
        { "15 1 * * *", "Australia/Lord_Howe 2026-04-05 2026-04-06", OverlapRule.Both, "2026-04-05T01:15+11:00" },
        { "30 0 * * *", "Asia/Amman 2021-10-28 2021-10-31", null, "2021-10-28T00:30+03:00 2021-10-29T00:30+03:00 2021-10-30T00:30+02:00" },

        {
            "30 0 * * *", "Asia/Amman 2021-10-28 2021-10-31", OverlapRule.Second,
            "2021-10-28T00:30+03:00 2021-10-29T00:30+02:00 2021-10-30T00:30+02:00"
        },

        {
            "30 2 * * *", "Australia/Sydney 2026-04-04 2026-04-07", null,
            "2026-04-04T02:30+11:00 2026-04-05T02:30+11:00 2026-04-06T02:30+10:00"
        },

        {
            "30 2 * * *", "Australia/Sydney 2026-04-04 2026-04-07", OverlapRule.Both,
            "2026-04-04T02:30+11:00 2026-04-05T02:30+11:00 2026-04-05T02:30+10:00 2026-04-06T02:30+10:00"
        },

        // A repeating schedule continues by elapsed time.

        {
            "*/30 * * * *", "America/New_York 2026-11-01T00:45-04:00 2026-11-01T02:15-05:00", null,
            "2026-11-01T01:00-04:00 2026-11-01T01:30-04:00 2026-11-01T01:00-05:00 2026-11-01T01:30-05:00 2026-11-01T02:00-05:00"
        },

        {
            "*/30 * * * *", "America/New_York 2026-11-01T00:45-04:00 2026-11-01T02:15-05:00", OverlapRule.First,
            "2026-11-01T01:00-04:00 2026-11-01T01:30-04:00 2026-11-01T02:00-05:00"
        },

        {
            "*/30 * * * *", "America/New_York 2026-11-01T00:45-04:00 2026-11-01T02:15-05:00", OverlapRule.Second,
            "2026-11-01T01:00-05:00 2026-11-01T01:30-05:00 2026-11-01T02:00-05:00"
        },
    };

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Cron_ClocksGoForward_FollowsTheGapRule(string cron, string period, GapRule? rule, string expected) =>
        AssertOccurs((zone, _) => TaskSchedule.Cron(cron, zone).WhenClocksChange(gap: rule), period, expected);

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Cron_ClocksGoBack_FollowsTheOverlapRule(string cron, string period, OverlapRule? rule, string expected) =>
        AssertOccurs((zone, _) => TaskSchedule.Cron(cron, zone).WhenClocksChange(overlap: rule), period, expected);

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Rule_ClocksGoForward_BehavesLikeCron(string cron, string period, GapRule? rule, string expected) =>
        AssertOccurs((zone, from) => TaskSchedule.Calendar(RuleOf(cron), from, zone).WhenClocksChange(gap: rule), period, expected);

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Rule_ClocksGoBack_BehavesLikeCron(string cron, string period, OverlapRule? rule, string expected) =>
        AssertOccurs((zone, from) => TaskSchedule.Calendar(RuleOf(cron), from, zone).WhenClocksChange(overlap: rule), period, expected);

    [Theory]
    [MemberData(nameof(Gaps))]
    public void Union_ClocksGoForward_BehavesLikeItsParts(string cron, string period, GapRule? rule, string expected) => AssertOccurs(
        (zone, from) =>
            TaskSchedule.Any(TaskSchedule.Cron(cron, zone).WhenClocksChange(gap: rule),
                TaskSchedule.Calendar(RuleOf(cron), from, zone).WhenClocksChange(gap: rule)),
        period,
        expected);

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Union_ClocksGoBack_BehavesLikeItsParts(string cron, string period, OverlapRule? rule, string expected) => AssertOccurs(
        (zone, from) =>
            TaskSchedule.Any(TaskSchedule.Cron(cron, zone).WhenClocksChange(overlap: rule),
                TaskSchedule.Calendar(RuleOf(cron), from, zone).WhenClocksChange(overlap: rule)),
        period,
        expected);

    [Theory]
    [InlineData("America/New_York", "2026-03-08T00:00-05:00")]
    [InlineData("Australia/Lord_Howe", "2026-04-05T00:00+11:00")]
    public void Every_ClocksChange_CountsElapsedTime(string zone, string start)
    {
        var from = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture);
        var schedule = TaskSchedule.Any(TaskSchedule.Every(TimeSpan.FromMinutes(30), from), TaskSchedule.Cron("0 0 1 1 *", zone));

        var occurrences = schedule.Occurrences(from, from.AddHours(6)).ToList();

        Assert.Equal(Enumerable.Range(1, 12).Select(n => from.AddMinutes(30 * n)), occurrences.Select(o => o.Utc));
        Assert.All(occurrences, o => Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(o.Utc), o.Local.Offset));
    }

    [Fact]
    public void Occurrences_AffectedByAClockChange_HaveTheEffect()
    {
        var from = DateTimeOffset.Parse("2026-03-08T00:00-05:00", CultureInfo.InvariantCulture);

        Assert.Equal(OccurrenceEffects.ClocksForward, First("30 2 * * *", GapRule.FirstValid).Effects);
        Assert.Equal(OccurrenceEffects.ClocksForward, First("30 2 * * *", GapRule.Shift).Effects);
        var dropped = First("30 2 * * *", GapRule.Skip);
        Assert.Equal((OccurrenceEffects.ClocksForward | OccurrenceEffects.Dropped, false), (dropped.Effects, dropped.Occurs));
        Assert.Equal("2026-03-08T03:00:00.0000000-04:00", dropped.Local.ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(OccurrenceEffects.None, First("30 3 * * *", GapRule.Skip).Effects);

        var back = TaskSchedule.Cron("30 1 * * *", "America/New_York").WhenClocksChange(overlap: OverlapRule.Both)
            .Occurrences(DateTimeOffset.Parse("2026-11-01T00:00-04:00", CultureInfo.InvariantCulture)).Take(3);
        Assert.Equal([OccurrenceEffects.ClocksBack, OccurrenceEffects.ClocksBack, OccurrenceEffects.None], back.Select(o => o.Effects));

        TaskOccurrence First(string cron, GapRule rule) =>
            TaskSchedule.Cron(cron, "America/New_York").WhenClocksChange(gap: rule).Occurrences(from).First();
    }

    [Fact]
    public void Cron_InAZoneThatSkippedADay_ContinuesAfterIt() => AssertOccurs(
        (zone, _) => TaskSchedule.Cron("0 12 * * *", zone), "Pacific/Apia 2011-12-28 2012-01-01",
        "2011-12-28T12:00-10:00 2011-12-29T12:00-10:00 2011-12-31T00:00+14:00 2011-12-31T12:00+14:00");

    private static void AssertOccurs(Func<string, DateTime, TaskSchedule> create, string period, string expected)
    {
        var parts = period.Split(' ');
        var (from, until) = (Parse(parts[1]), Parse(parts[2]));
        var schedule = create(parts[0], DateTime.Parse(parts[1].Length > 10 ? parts[1][..16] : parts[1], CultureInfo.InvariantCulture));

        var occurrences = schedule.Occurrences(from.AddTicks(-1), until.AddTicks(-1)).Where(o => o.Occurs).Select(o => o.Local).ToList();

        Assert.Equal(expected, string.Join(' ', occurrences.Select(o => o.ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture))));
        foreach (var (occurrence, index) in occurrences.Select((o, i) => (o, i)))
        {
            Assert.Equal(occurrence, schedule.NextAfter(occurrence.AddTicks(-1)));
            Assert.Equal(occurrence, schedule.NextAfter(index == 0 ? from.AddTicks(-1) : occurrences[index - 1]));
        }

        // A time without an offset is midnight, or another time that occurs once on the clocks of the zone.
        DateTimeOffset Parse(string time)
        {
            if (time.Length > 16)
            {
                return DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
            }

            var local = DateTime.Parse(time, CultureInfo.InvariantCulture);
            return new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(parts[0]).GetUtcOffset(local));
        }
    }

    /// <summary>Returns the recurrence rule that is equivalent to a cron expression of minutes and hours.</summary>
    private static string RuleOf(string cron)
    {
        var (minute, hour) = (cron.Split(' ')[0], cron.Split(' ')[1]);
        var minutes = minute.StartsWith("*/", StringComparison.Ordinal) ? "0,30" : minute;
        return hour == "*" ? $"FREQ=HOURLY;BYMINUTE={minutes};BYSECOND=0" : $"FREQ=DAILY;BYHOUR={hour};BYMINUTE={minutes};BYSECOND=0";
    }
}
