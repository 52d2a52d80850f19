using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests recurrence rules where instants and local times differ, at their starts and ends, and in short years and months.
/// </summary>
public sealed class RuleInstantsTests
{
    // In Amsterdam, clocks go back from 03:00 to 02:00 at 01:00 UTC on 2020-10-25, and forward from 02:00 to 03:00 at 01:00 UTC on
    // 2020-03-29.
    [Theory]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025T010000Z","start":"2020-10-24T02:30:00"}""", "10-24T00:30 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025T002959Z","start":"2020-10-24T02:30:00"}""", "10-24T00:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025T023000","start":"2020-10-24T02:30:00"}""", "10-24T00:30 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025T023000","start":"2020-10-24T02:30:00","overlap":"second"}""",
        "10-24T00:30 10-25T01:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025T010000Z","start":"2020-10-24T02:30:00","overlap":"second"}""", "10-24T00:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;UNTIL=20201025","start":"2020-10-24T02:30:00"}""", "10-24T00:30 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;UNTIL=20201025T010000Z","start":"2020-10-25T01:30:00"}""", "10-24T23:30 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;UNTIL=20201025T013000Z","start":"2020-10-25T01:30:00"}""", "10-24T23:30 10-25T00:30 10-25T01:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;UNTIL=20201025T023000","start":"2020-10-25T01:30:00"}""", "10-24T23:30 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=MINUTELY;INTERVAL=20;COUNT=5","start":"2020-10-25T02:50:00"}""",
        "10-25T00:50 10-25T01:10 10-25T01:30 10-25T01:50 10-25T02:10")]
    [InlineData("""{"rrule":"FREQ=MINUTELY;INTERVAL=20;COUNT=3","start":"2020-10-25T00:50:00Z"}""", "10-25T00:50 10-25T01:10 10-25T01:30")]
    [InlineData("""{"rrule":"FREQ=MINUTELY;INTERVAL=20;COUNT=3","start":"2020-10-25T01:50:00Z"}""", "10-25T01:50 10-25T02:10 10-25T02:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;COUNT=3","start":"2020-10-25T01:30:00Z"}""", "10-25T01:30 10-25T02:30 10-25T03:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;COUNT=2","start":"2020-10-25T01:30:00Z"}""", "10-25T01:30 10-26T01:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;COUNT=2","start":"2020-10-25T00:30:00Z"}""", "10-25T00:30 10-26T01:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;COUNT=4","start":"2020-10-25T01:30:00","exdates":["2020-10-25T00:30:00Z"]}""",
        "10-24T23:30 10-25T01:30 10-25T02:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;COUNT=4","start":"2020-10-25T01:30:00","exdates":["2020-10-25T02:30:00"]}""",
        "10-24T23:30 10-25T02:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;COUNT=1","start":"2020-10-24T09:00:00","rdates":["2020-10-25T01:30:00Z","2020-10-25T02:30:00"]}""",
        "10-24T07:00 10-25T00:30 10-25T01:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;COUNT=1","start":"2020-10-24T09:00:00","rdates":["2020-10-25T02:30:00"]}""",
        "10-24T07:00 10-25T00:30")]
    [InlineData("""{"rrule":"FREQ=HOURLY;COUNT=1","start":"2020-03-28T09:00:00","rdates":["2020-03-29T02:30:00"]}""",
        "03-28T08:00 03-29T01:00")]
    [InlineData(
        """{"rrule":"FREQ=DAILY;"""
            + """COUNT=1","start":"2020-10-24T09:00:00","rdates":["2020-10-25T01:30:00Z","2020-10-26T09:00:00"],"exdates":"""
            + """["2020-10-25T02:30:00","2020-10-26T08:00:00Z"]}""", "10-24T07:00")]
    [InlineData("""{"rrule":"FREQ=DAILY;COUNT=2","start":"2020-03-29T02:30:00"}""", "03-29T01:00 03-30T00:30")]
    [InlineData("""{"rrule":"FREQ=DAILY;COUNT=2","start":"2020-03-28T02:30:00","exdates":["2020-03-29T02:30:00"]}""", "03-28T01:30")]
    public void Occurrences_RepeatedLocalTimes_AreTheIntendedInstants(string json, string expected) =>
        Assert.Equal(expected,
            string.Join(' ',
                Read(json.Replace("""{"rrule""", """{"timeZone":"Europe/Amsterdam","rrule""", StringComparison.Ordinal)).Occurrences(
                    DateTimeOffset.MinValue)
            .Where(o => o.Occurs).Select(o => o.Utc.ToString("MM-ddTHH:mm", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("FREQ=HOURLY;COUNT=24", "2020-10-25T00:00:00", null, 24)]
    [InlineData("FREQ=HOURLY;COUNT=24", "2020-03-29T00:00:00", null, 24)]
    [InlineData("FREQ=DAILY;COUNT=3", "2020-03-28T02:30:00", GapRule.Skip, 3)]
    [InlineData("FREQ=DAILY;BYHOUR=9,9;COUNT=5", "2020-03-28T00:00:00", null, 5)]
    [InlineData("FREQ=DAILY;BYHOUR=2;BYMINUTE=0,30;COUNT=5", "2020-03-28T00:00:00", null, 5)]
    [InlineData("FREQ=MINUTELY;INTERVAL=7;COUNT=100", "2020-10-25T01:59:00", null, 100)]
    public void Count_AroundClockChanges_IsTheNumberOfOccurrences(string rule, string start, GapRule? gap, int count)
    {
        var schedule = TaskSchedule.Calendar(rule, DateTime.Parse(start, CultureInfo.InvariantCulture), "Europe/Amsterdam")
            .WhenClocksChange(gap);

        Assert.Equal(count, schedule.Occurrences(DateTimeOffset.MinValue).Count(o => o.Occurs));
    }

    [Fact]
    public void Count_QueriedInTheMiddle_EndsAtTheSameInstant()
    {
        var rule = TaskSchedule.Calendar("FREQ=HOURLY;COUNT=24", new DateTime(2020, 10, 25), "Europe/Amsterdam",
            exclude: [new DateTime(2020, 10, 25, 5, 0, 0)]);
        var all = rule.Occurrences(DateTimeOffset.MinValue).Select(o => o.Utc).ToList();

        // The count includes the excluded occurrence.
        Assert.Equal(23, all.Count);
        Assert.Equal(all[^1],
            TaskSchedule.Calendar("FREQ=HOURLY;COUNT=24", new DateTime(2020, 10, 25), "Europe/Amsterdam").NextAfter(all[^2]));
        Assert.Null(TaskSchedule.Calendar("FREQ=HOURLY;COUNT=24", new DateTime(2020, 10, 25), "Europe/Amsterdam").NextAfter(all[^1]));
    }

    [Theory]

    // Days in a week of the previous year: 2021-01-01 is the Friday of week 53 of 2020, and 2027-01-01 is that of 2026.
    [InlineData("FREQ=YEARLY;BYWEEKNO=53", "2021-01-01T10:00", "2021-01-01 2027-01-01 2032-12-31")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "2021-01-01T10:00", "2021-01-03 2022-01-02 2023-01-01")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2025-12-29T10:00", "2025-12-29 2027-01-04 2028-01-03")]
    [InlineData("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO", "2024-12-30T10:00", "2024-12-30 2027-01-04 2029-01-01")]
    [InlineData("FREQ=YEARLY;BYMONTH=3;BYYEARDAY=60", "2027-01-01T10:00", "2027-03-01 2029-03-01 2030-03-01")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYYEARDAY=60", "2027-01-01T10:00", "2028-02-29 2032-02-29 2036-02-29")]
    [InlineData("FREQ=MONTHLY", "2026-01-31T10:00", "2026-01-31 2026-03-31 2026-05-31")]
    [InlineData("FREQ=YEARLY", "2024-02-29T10:00", "2024-02-29 2028-02-29 2032-02-29")]
    [InlineData("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2026-01-01T10:00", "2044-02-29 2072-02-29 2112-02-29")]
    [InlineData("FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "2026-01-01T10:00", "2044-02-29 2140-02-29 2236-02-29")]
    [InlineData("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=10;BYMINUTE=0", "2097-01-01T00:00", "2104-02-29 2108-02-29 2112-02-29")]
    [InlineData("FREQ=SECONDLY;INTERVAL=11;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU;BYHOUR=10;BYMINUTE=0", "2026-01-01T00:00",
        "2032-02-29 2032-02-29 2032-02-29")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-01-05T09:00", "2026-01-05 2026-01-19 2026-02-02")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "2026-01-01T09:00", "2026-01-05 2026-02-04 2026-03-04")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01T09:00", "2026-01-30 2026-02-27 2026-03-31")]

    // Examples of RFC 7529, section 4.2.
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD;COUNT=4", "2014-01-31T00:00", "2014-01-31 2014-03-01 2014-03-31 2014-05-01")]
    [InlineData("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=FORWARD;COUNT=4", "2012-02-29T00:00", "2012-02-29 2013-03-01 2014-03-01 2015-03-01")]
    [InlineData("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=BACKWARD", "2024-02-29T10:00", "2024-02-29 2025-02-28 2026-02-28")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", "2026-01-15T10:00",
        "2026-01-31 2026-02-28 2026-03-31 2026-04-30")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30,31;SKIP=BACKWARD", "2026-02-01T10:00",
        "2026-02-28 2026-03-30 2026-03-31 2026-04-30 2026-05-30")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD", "2026-02-01T10:00",
        "2026-02-01 2026-03-01 2026-03-31 2026-04-01 2026-05-01")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT", "2026-01-15T10:00", "2026-01-31 2026-03-31 2026-05-31")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=FORWARD", "2026-01-01T10:00", "2026-01-01 2026-02-01 2026-03-01")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", "2026-03-01T10:00",
        "2026-03-01 2026-03-31 2026-05-01 2026-05-31")]
    [InlineData("RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=BACKWARD", "2026-01-01T10:00", "2026-12-31 2027-12-31 2028-12-31")]
    [InlineData("RSCALE=GREGORIAN;FREQ=YEARLY;BYYEARDAY=366;SKIP=FORWARD", "2026-01-02T10:00",
        "2027-01-01 2028-01-01 2028-12-31 2030-01-01")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=MO,TU,WE,TH,FR;SKIP=BACKWARD", "2026-01-01T10:00",
        "2026-03-31 2026-04-30 2026-06-30")]
    public void Occurrences_OfRareDays_MatchTheRfc(string rule, string start, string days) => Assert.Equal(
        days,
        string.Join(' ',
            TaskSchedule.Calendar(rule, DateTime.Parse(start, CultureInfo.InvariantCulture), "Europe/Amsterdam")
                .Occurrences(DateTimeOffset.MinValue)
            .Take(days.Split(' ').Length).Select(o => o.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));

    // Positions are found without listing all times. A yearly rule of every second has 31 million times in each period.
    [Theory]
    [InlineData("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={24};BYMINUTE={60};BYSECOND={60};BYSETPOS=-1", "2026-12-31T23:59:59")]
    [InlineData("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={24};BYMINUTE={60};BYSECOND={60};BYSETPOS=-2,3", "2026-01-01T00:00:02")]
    [InlineData("FREQ=MINUTELY;BYSECOND={60};BYSETPOS=61,-1", "2026-01-01T00:00:59")]
    [InlineData("FREQ=DAILY;BYHOUR={24};BYSETPOS=24", "2026-01-01T23:00:00")]
    public void Occurrences_AtPositionsAmongMany_AreFoundWithoutListingThem(string rule, string first)
    {
        foreach (var most in new[] { 24, 60 })
        {
            rule = rule.Replace($"{{{most}}}", string.Join(',', Enumerable.Range(0, most)), StringComparison.Ordinal);
        }

        Assert.Equal(first,
            TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1))
                .NextAfter(DateTimeOffset.MinValue)!.Value.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("FREQ=SECONDLY;INTERVAL=2;BYSECOND=1")]
    [InlineData("FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1")]
    [InlineData("FREQ=HOURLY;INTERVAL=24;BYHOUR=1")]
    [InlineData("FREQ=SECONDLY;BYSECOND=0,1;BYSETPOS=2")]
    [InlineData("FREQ=MINUTELY;BYSECOND=0,1;BYSETPOS=3")]
    [InlineData("FREQ=DAILY;BYHOUR=9;BYSETPOS=2")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2,4,6")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=1FR")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;UNTIL=20251231")]
    [InlineData("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("FREQ=DAILY;BYMINUTE=30,30;BYSETPOS=3,-30")]
    [InlineData("FREQ=YEARLY;BYDAY=MO;BYSETPOS=366,-366")]
    [InlineData("FREQ=MINUTELY;INTERVAL=21;BYDAY=TU,TH;BYHOUR=7,8,20;BYMINUTE=30")]
    public void Calendar_NeverOccurs_IsRejected(string rule) => Assert.Equal(
        $"The recurrence rule '{rule}' never occurs. Use one that occurs at least once.",
        Assert.Throws<InvalidTaskException>(() => TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1), "Europe/Amsterdam")).Message);

    [Theory]
    [InlineData("FREQ=SECONDLY;INTERVAL=8353;BYHOUR=3;BYMINUTE=59;BYSECOND=59", "2029-04-12T03:59:59")]
    [InlineData("FREQ=SECONDLY;INTERVAL=8353;BYHOUR=3;BYMINUTE=59;BYSECOND=59;BYDAY=SU", "2143-08-18T03:59:59")]
    [InlineData("FREQ=MINUTELY;INTERVAL=7;BYHOUR=5;BYMINUTE=1", "2026-01-01T05:01:00")]
    [InlineData("FREQ=SECONDLY;INTERVAL=7;BYHOUR=2,3", "2026-01-01T02:00:03")]
    public void NextAfter_OfAGridThatSeldomMeetsItsTimes_TakesFewSteps(string rule, string first)
    {
        var start = new DateTime(2026, 1, 1);
        var found = new SearchBudget(1_000).Run(() => TaskSchedule.Calendar(rule, start).NextAfter(DateTimeOffset.MinValue))!.Value;

        Assert.Equal(first, found.ToString("s"));
    }

    [Theory]
    [InlineData("P1M", "2026-01-31T09:00:00",
        "2026-01-31T09:00+01:00 2026-02-28T09:00+01:00 2026-03-31T09:00+02:00 2026-04-30T09:00+02:00")]
    [InlineData("P3M", "2026-01-31T09:00:00", "2026-01-31T09:00+01:00 2026-04-30T09:00+02:00 2026-07-31T09:00+02:00")]
    [InlineData("P1Y", "2024-02-29T09:00:00", "2024-02-29T09:00+01:00 2025-02-28T09:00+01:00")]
    [InlineData("P1Y6M", "2024-02-29T09:00:00", "2024-02-29T09:00+01:00 2025-08-29T09:00+02:00")]
    [InlineData("P2W", "2026-03-16T09:00:00", "2026-03-16T09:00+01:00 2026-03-30T09:00+02:00")]
    [InlineData("P1D", "2026-03-28T09:00:00", "2026-03-28T09:00+01:00 2026-03-29T09:00+02:00")]
    public void Every_APeriodOfTheCalendar_KeepsTheLocalTime(string every, string anchor, string expected) => Assert.Equal(
        expected,
        string.Join(' ',
            Read($$"""{"every":"{{every}}","anchor":"{{anchor}}","timeZone":"Europe/Berlin"}""").Occurrences(DateTimeOffset.MinValue)
                .Take(expected.Split(' ').Length)
            .Select(o => o.Local.ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("P0M")]
    [InlineData("P1M1D")]
    [InlineData("P1M1M")]
    [InlineData("P1.5M")]
    [InlineData("P-1M")]
    [InlineData("PM")]
    [InlineData("P1MT1H")]
    [InlineData("P9999999M")]
    public void Every_InvalidCalendarPeriod_IsRejected(string every) => Assert.Contains(
        "is not a period of whole days, weeks, months or years",
        Assert.Throws<JsonException>(() => Read($$"""{"every":"{{every}}","timeZone":"Europe/Berlin"}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void EveryMonths_EqualsTheFullRule()
    {
        var start = new DateTime(2026, 1, 31, 9, 0, 0);

        Assert.Equal(Read("""{"every":"P1M","anchor":"2026-01-31T09:00:00","timeZone":"Europe/Berlin"}"""),
            TaskSchedule.EveryMonths(1, start, "Europe/Berlin"));
        Assert.Equal(
            "every month on day 31 at 09:00 (Europe/Berlin), or on the last day before it in months without that day",
            TaskSchedule.EveryMonths(1, start, "Europe/Berlin").Describe());
        Assert.Throws<InvalidTaskException>(() => TaskSchedule.EveryMonths(0));
        Assert.Throws<InvalidTaskException>(() => TaskSchedule.EveryMonths(1201));
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 9, 0, 0, TimeSpan.Zero),
            TaskSchedule.EveryMonths(1).Resolve(new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero))
                .NextAfter(new DateTimeOffset(2026, 1, 31, 9, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("2026-07-01T09:00:00", null, null, "2026-07-01T07:00")]
    [InlineData("2026-10-25T02:30:00", null, null, "2026-10-25T00:30")]
    [InlineData("2026-10-25T02:30:00", null, OverlapRule.Second, "2026-10-25T01:30")]
    [InlineData("2026-03-29T02:30:00", null, null, "2026-03-29T01:00")]
    [InlineData("2026-03-29T02:30:00", GapRule.Shift, null, "2026-03-29T01:30")]
    public void At_ALocalTime_IsItsInstant(string local, GapRule? gap, OverlapRule? overlap, string utc)
    {
        var schedule = TaskSchedule.At(DateTime.Parse(local, CultureInfo.InvariantCulture), "Europe/Berlin", gap, overlap);

        Assert.Equal(utc, schedule.NextAfter(DateTimeOffset.MinValue)!.Value.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture));
        Assert.Equal(schedule, Read(JsonSerializer.Serialize(schedule, TaskJson.Options)));
        Assert.Equal(utc[..10],
            schedule.Occurrences(DateTimeOffset.MinValue).Single().Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("""{"at":"2026-03-29T02:30:00","timeZone":"Europe/Berlin","gap":"skip"}""",
        "The local time 2026-03-29 02:30:00 never occurs in Europe/Berlin: clocks go forward over it, and gap is skip.")]
    [InlineData("""{"at":"2026-10-25T02:30:00","timeZone":"Europe/Berlin","overlap":"both"}""", "overlap is Both, but a schedule with "
        + "'at' occurs once; First and Second are allowed.")]
    [InlineData("""{"at":"2026-10-25T02:30:00","timeZone":"Europe/Nowhere"}""", "The time zone 'Europe/Nowhere' is not known")]
    public void At_NonexistentLocalTime_IsRejected(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<InvalidTaskException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-03-03", "3")]
    [InlineData("2026-03-03T00:00:00", "2")]
    [InlineData("2026-03-03T09:00:00", "3")]
    public void End_DayWithoutATime_IncludesTheWholeDay(string end, string lastDay) => Assert.Equal(
        lastDay,
        Read($$"""{"cron":"0 9 * * *","timeZone":"Europe/Berlin","start":"2026-03-01","end":"{{end}}"}""").Occurrences(
            DateTimeOffset.MinValue).Last().Local.Day.ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void AtMost_QueriedFromBeforeRegistration_ListsCountedOccurrencesOnly()
    {
        var registered = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Cron("0 9 * * *").AtMost(3).Resolve(registered, "t");

        Assert.Equal([2, 3, 4], schedule.Occurrences(registered.AddYears(-1)).Select(o => o.Utc.Day));
    }

    // A rule that an earlier version stored is not validated when it is read, as in a message.
    [Theory]
    [InlineData("FREQ=DAILY;BYYEARDAY=100", "BYYEARDAY does not go with FREQ=DAILY")]
    [InlineData("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is 'tomorrow'")]
    public void Stored_ByAnEarlierVersion_OpensWithAFaultAndDoesNotOccur(string rule, string why)
    {
        var schedule = new CalendarSchedule(rule, new DateTime(2026, 1, 1), "Europe/Berlin", null, null, check: false);

        Assert.Contains(why, Assert.Throws<InvalidTaskException>(() => schedule.NextAfter(DateTimeOffset.MinValue)).Message,
            StringComparison.Ordinal);
        Assert.Contains(why, Assert.Throws<InvalidTaskException>(() => TaskSchedule.Any(TaskSchedule.Cron("0 9 * * *"), schedule)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith($"never: The recurrence rule '{rule}' is not valid: {why}", schedule.Describe(), StringComparison.Ordinal);
        Assert.Contains(why, schedule.Fault(), StringComparison.Ordinal);
        Assert.Equal(rule, ((CalendarSchedule)schedule.Resolve(DateTimeOffset.UnixEpoch, "t")).Rule);
    }

    [Fact]
    public void Serialized_InstantsAndLocalTimes_RoundTrip()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<TaskSchedule>>();
        var schedule =
            Read("""{"rrule":"FREQ=DAILY","start":"2026-01-01T09:00:00Z","timeZone":"Europe/Berlin","rdates":["2026-10-25T02:00:"""
                + """00","2026-10-25T01:00:00Z"],"exdates":["2026-10-25T00:30:00Z"]}""");

        var copy = serializer.Deserialize(serializer.SerializeToArray(schedule));

        Assert.Equal(schedule, copy);
        Assert.Equal([DateTimeKind.Unspecified, DateTimeKind.Utc], ((CalendarSchedule)copy!).Include.Select(t => t.Kind));
        Assert.NotEqual(schedule,
            Read(JsonSerializer.Serialize(schedule, TaskJson.Options).Replace("01:00:00Z", "01:00:00", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Monday to Friday at 09:00 (UTC)")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday at 09:00 (UTC)")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "every 2 weeks from Monday to Friday at 09:00 (UTC)")]
    [InlineData("FREQ=WEEKLY", "every week on Thursday at 09:00 (UTC)")]
    [InlineData("FREQ=DAILY;BYDAY=SA,SU;BYHOUR=8,20;BYMINUTE=30", "every Saturday and Sunday at 08:30 and 20:30 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYDAY=2TU,-2TU", "every month on the second Tuesday and the second-to-last Tuesday at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO", "every month on every Monday at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "every month on day 1, day 15 and the last day at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-3", "every month on the third-to-last day at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYMONTH=1,7;BYMONTHDAY=1", "every year in January and July on day 1 at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", "every month on the third weekday at 09:00 (UTC)")]
    [InlineData("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1",
        "every month on every Monday and every Tuesday at 09:00 (UTC), only the first and the last of these times each month")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "every month on day 13 at 09:00 (UTC), if it is a Friday")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=SA,SU", "every month on day 13 at 09:00 (UTC), if it is a Saturday or a Sunday")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=MO,TU,WE,TH,FR", "every month on day 13 at 09:00 (UTC), if it is a weekday")]
    [InlineData("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "every year on December 24 at 09:00 (UTC)")]
    [InlineData("FREQ=YEARLY", "every year on January 1 at 09:00 (UTC)")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "every year in week 20 on Monday at 09:00 (UTC)")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=-2;BYDAY=MO", "every year in the second-to-last week on Monday at 09:00 (UTC)")]
    [InlineData("FREQ=YEARLY;BYYEARDAY=100", "every year on day 100 of the year at 09:00 (UTC)")]
    [InlineData("FREQ=HOURLY;INTERVAL=6;COUNT=4", "every 6 hours (UTC), 4 times in total")]
    [InlineData("FREQ=HOURLY;COUNT=1", "every hour (UTC), only once")]
    [InlineData("FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10", "every 15 minutes from 09:00 to 10:59 (UTC)")]
    [InlineData("FREQ=MINUTELY;INTERVAL=15;BYHOUR=9,10,14", "every 15 minutes from 09:00 to 10:59 and from 14:00 to 14:59 (UTC)")]
    [InlineData("FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", "every second from 09:00 to 09:59 at second 0 of minute 0 (UTC)")]
    [InlineData("FREQ=MINUTELY;BYHOUR=9;BYSECOND=0", "every minute from 09:00 to 09:59 (UTC)")]
    [InlineData("FREQ=HOURLY;BYMINUTE=0,30", "every hour at minutes 0 and 30 (UTC)")]
    [InlineData("FREQ=DAILY;UNTIL=20261231", "every day at 09:00 (UTC), until 2026-12-31")]
    [InlineData("FREQ=DAILY;UNTIL=20261231T080000Z", "every day at 09:00 (UTC), until 2026-12-31 08:00:00 UTC")]
    [InlineData("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30", "every day at 6 times of day (UTC)")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
        "every month on day 31 at 09:00 (UTC), or on the last day before it in months without that day")]
    [InlineData("RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=FORWARD",
        "every year on February 29 at 09:00 (UTC), or on the first day after it in years without that day")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD", "every month on day 1 at 09:00 (UTC)")]
    public void Describe_Rule_IsPlainEnglish(string rule, string words) =>
        Assert.Equal(words, TaskSchedule.Calendar(rule, new DateTime(2026, 1, 1, 9, 0, 0)).Describe());

    // 2026-03-29 is a Sunday. 02:30 does not exist on that day in Berlin.
    [Theory]
    [InlineData("30 2 * * SUN", ClosedDayRule.Previous, null, "2026-03-27T02:30+01:00")]
    [InlineData("30 2 * * SUN", ClosedDayRule.Next, null, "2026-03-30T02:30+02:00")]
    [InlineData("30 2 * * SUN", ClosedDayRule.Previous, GapRule.Shift, "2026-03-27T02:30+01:00")]
    [InlineData("0 9 * * SUN", ClosedDayRule.Previous, null, "2026-03-27T09:00+01:00")]
    public void OnOpenDays_NonexistentTimeOnAClosedDay_KeepsTheTimeOnTheOpenDay(string cron, ClosedDayRule rule, GapRule? gap,
        string expected)
    {
        var from = new DateTimeOffset(2026, 3, 24, 0, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Cron(cron, "Europe/Berlin").WhenClocksChange(gap).OnOpenDays("bank", rule)
            .Resolve(from, "t", _ => new BusinessCalendar());

        var occurrence = schedule.Occurrences(from).First();

        Assert.Equal((expected, OccurrenceEffects.ClosedDay),
            (occurrence.Local.ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture), occurrence.Effects));
    }

    // The reverse case: Saturday is closed, and the time does not exist on the open Sunday.
    [Theory]
    [InlineData(null, "2026-03-29T03:00+02:00", true)]
    [InlineData(GapRule.Shift, "2026-03-29T03:30+02:00", true)]
    [InlineData(GapRule.Skip, "2026-03-29T03:00+02:00", false)]
    public void OnOpenDays_MovedIntoAGap_FollowsTheGapRule(GapRule? gap, string expected, bool occurs)
    {
        var from = new DateTimeOffset(2026, 3, 27, 12, 0, 0, TimeSpan.Zero);
        var schedule = TaskSchedule.Cron("30 2 * * SAT", "Europe/Berlin").WhenClocksChange(gap).OnOpenDays("bank", ClosedDayRule.Next)
            .Resolve(from, "t", _ => new BusinessCalendar { ClosedWeekdays = [DayOfWeek.Saturday] });

        var occurrence = schedule.Occurrences(from).First();

        Assert.Equal((expected, occurs),
            (occurrence.Local.ToString("yyyy-MM-ddTHH:mmzzz", CultureInfo.InvariantCulture), occurrence.Occurs));
    }

    private static TaskSchedule Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;
}
