using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace OrleansTasks.Tests.Unit;

public sealed class TaskScheduleTests
{
    private static readonly Gen<DateTimeOffset> Instants =
        Gen.Long[At("1900-01-01T00:00Z").UtcTicks, At("2200-01-01T00:00Z").UtcTicks].Select(t => new DateTimeOffset(t, TimeSpan.Zero));

    private static readonly Gen<TimeSpan> Periods = Gen.OneOf(
        Gen.Long[TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond], Gen.Long[TimeSpan.TicksPerSecond, TimeSpan.TicksPerDay * 400])
            .Select(TimeSpan.FromTicks);

    [Fact]
    public void Every_AnyInstant_NextIsTheFirstOnTheGridAfterIt() =>
        Gen.Select(Periods, Instants, Instants).Sample((period, anchor, instant) =>
    {
        var next = TaskSchedule.Every(period, anchor).NextAfter(instant)!.Value;

        return next > instant && next - instant <= period && (next - anchor).Ticks % period.Ticks == 0;
    });

    [Fact]
    public void Every_Enumeration_RisesByThePeriodExactly() =>
        Gen.Select(Periods, Instants, Gen.Int[1, 50]).Sample((period, anchor, count) =>
    {
        var schedule = TaskSchedule.Every(period, anchor);
        var at = anchor;
        for (var i = 1; i <= count; i++)
        {
            at = schedule.NextAfter(at)!.Value;
            Assert.Equal(anchor.AddTicks(i * period.Ticks), at);
        }
    });

    [Fact]
    public void Every_WithoutAnchor_HasItFromRegistration()
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(10));
        var registered = At("2026-03-01T12:00:03+02:00");

        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(registered));
        var resolved = schedule.Resolve(registered);

        Assert.Equal(TaskSchedule.Every(TimeSpan.FromSeconds(10), registered), resolved);
        Assert.Equal(At("2026-03-01T10:00:13Z"), resolved.NextAfter(registered));
        Assert.Same(resolved, resolved.Resolve(registered.AddDays(1)));
    }

    [Fact]
    public void Every_AtTheEndOfTime_HasNoNext() =>
        Assert.Null(TaskSchedule.Every(TimeSpan.FromDays(1), DateTimeOffset.UnixEpoch).NextAfter(DateTimeOffset.MaxValue));

    [Fact]
    public void Every_OutOfRange_IsRefused()
    {
        Assert.Equal("A period of 0.9999 ms is too short: at least 1 ms are needed.",
            Refused(() => TaskSchedule.Every(TimeSpan.FromTicks(9_999))));
        Assert.Equal("A period of -1000 ms is too short: at least 1 ms are needed.",
            Refused(() => TaskSchedule.Every(TimeSpan.FromSeconds(-1))));
        Assert.Equal("A period of 36526 days is too long: 36525 days (100 years) are allowed.",
            Refused(() => TaskSchedule.Every(TimeSpan.FromDays(36526))));
        Assert.Equal(TimeSpan.FromMilliseconds(1), ((EverySchedule)TaskSchedule.Every(TimeSpan.FromMilliseconds(1))).Interval);
    }

    [Theory]
    [InlineData("0 9 * * MON-FRI", "Europe/Berlin", "2026-01-02T12:00Z", "2026-01-05T08:00Z")]
    [InlineData("0 9 * * MON-FRI", "Europe/Berlin", "2026-07-03T12:00Z", "2026-07-06T07:00Z")]
    [InlineData("0 9 * * MON-FRI", null, "2026-01-02T12:00Z", "2026-01-05T09:00Z")]
    [InlineData("*/15 * * * *", null, "2026-01-01T00:15Z", "2026-01-01T00:30Z")]
    [InlineData("*/15 * * * * *", null, "2026-01-01T00:00:15Z", "2026-01-01T00:00:30Z")]
    [InlineData("@hourly", null, "2026-01-01T00:15Z", "2026-01-01T01:00Z")]
    [InlineData("0  0\t1 1 *", null, "2026-01-01T00:00Z", "2027-01-01T00:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-25T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    [InlineData("0 0 L 2 *", "Asia/Tokyo", "2028-01-01T00:00Z", "2028-02-28T15:00Z")]
    [InlineData("0 12 * * FRI#2", "America/New_York", "2026-05-01T00:00Z", "2026-05-08T16:00Z")]
    public void Cron_NextAfter_IsReadInItsZone(string expression, string? zone, string after, string expected) =>
        Assert.Equal(At(expected), TaskSchedule.Cron(expression, zone).NextAfter(At(after)));

    [Fact]
    public void Cron_AnyInstant_NextIsTheFirstLaterOccurrence() => Gen.Select(Instants, Gen.Int[1, 30]).Sample((instant, minutes) =>
    {
        var schedule = TaskSchedule.Cron($"*/{minutes} * * * *", "Australia/Lord_Howe");
        var next = schedule.NextAfter(instant)!.Value;

        return next > instant && schedule.NextAfter(next.AddTicks(-1)) == next;
    });

    [Theory]
    [InlineData("", null, "The cron expression '' is not valid: ")]
    [InlineData("61 * * * *", null, "The cron expression '61 * * * *' is not valid: ")]
    [InlineData("* * * *", null, "The cron expression '* * * *' is not valid: ")]
    [InlineData("0 0 30 2 *", null, "The cron expression '0 0 30 2 *' never occurs. Use one that occurs at least once.")]
    [InlineData("@hourly", "Mars/Olympus", "The time zone 'Mars/Olympus' is not known; use an IANA id such as Europe/Berlin.")]
    [InlineData("@hourly", "", "The time zone '' is not known; use an IANA id such as Europe/Berlin.")]
    public void Cron_NotValid_SaysWhy(string expression, string? zone, string message) =>
        Assert.StartsWith(message, Refused(() => TaskSchedule.Cron(expression, zone)), StringComparison.Ordinal);

    [Fact]
    public void At_OnlyBeforeItsInstant_HasANext()
    {
        var schedule = TaskSchedule.At(At("2026-01-01T01:00+01:00"));

        Assert.Equal(At("2026-01-01T00:00Z"), schedule.NextAfter(At("2025-12-31T23:59:59Z")));
        Assert.Null(schedule.NextAfter(At("2026-01-01T00:00Z")));
    }

    [Fact]
    public void After_Resolved_IsAtThatInstant()
    {
        var schedule = TaskSchedule.After(TimeSpan.FromMinutes(5));

        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(At("2026-01-01T00:00Z")));
        Assert.Equal(TaskSchedule.At(At("2026-01-01T00:05Z")), schedule.Resolve(At("2026-01-01T00:00Z")));
        Assert.Equal("A delay of -1 ms is too short: at least 0 ms are needed.",
            Refused(() => TaskSchedule.After(TimeSpan.FromMilliseconds(-1))));
    }

    public static TheoryData<string, string, string> Forms => new()
    {
        { "every", """{"every":"00:00:01"}""", "every second" },
        { "every, anchored", """{"every":"1.12:00:00","anchor":"2026-01-01T00:00:00+00:00"}""", "every 36 hours" },
        { "cron", """{"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin"}""", "Monday to Friday at 09:00 (Europe/Berlin)" },
        { "cron in UTC", """{"cron":"@daily"}""", "every day at 00:00 (UTC)" },

        {
            "cron, clock changes", """{"cron":"30 2 * * *","timeZone":"Europe/Berlin","gap":"shift","overlap":"both"}""",
            "every day at 02:30 (Europe/Berlin), later by the length of the gap if a time does not exist when clocks go forward, both "
                + "times if a time repeats when clocks go back"
        },

        {
            "cron, either day", """{"cron":"0 9 1 * MON","timeZone":"Europe/Berlin","days":"either"}""",
            "on day 1 of every month and every Monday at 09:00 (Europe/Berlin)"
        },

        {
            "cron with a list and a year", """{"cron":"0 0 9 L,15 * * 2027"}""",
            "every month on the last day and day 15 at 09:00 (UTC), only in 2027"
        },
        { "cron with a letter", """{"cron":"H H(0-5) * * *"}""", "cron 'H H(0-5) * * *' (UTC)" },

        {
            "rule", """{"rrule":"FREQ=MONTHLY;BYDAY=-1FR","start":"2026-01-01T09:00:00","timeZone":"Europe/Berlin"}""",
            "every month on the last Friday at 09:00 (Europe/Berlin)"
        },

        {
            "rule without start", """{"rrule":"FREQ=DAILY","gap":"skip","overlap":"second"}""",
            "every day (UTC), skipping times that do not exist when clocks go forward, only the second time if a time repeats when "
                + "clocks go back"
        },

        {
            "rule and dates",
            """{"rrule":"FREQ=DAILY","start":"2026-01-01T09:00:00","rdates":["2026-01-01T12:00:00"],"exdates":["2026-01-02T09:00:00"]}""",
            "every day at 09:00 (UTC), plus 1 extra time, minus 1 excluded time"
        },

        {
            "rule of instants",
            """{"rrule":"FREQ=DAILY","start":"2026-01-01T09:00:00Z","timeZone":"Europe/Berlin","rdates":["2026-10-25T01:00:"""
                + """00Z","2026-10-25T02:00:00"],"exdates":["2026-10-25T00:30:00Z"]}""",
                "every day at 10:00 (Europe/Berlin), plus 2 extra times, minus 1 excluded time"
        },

        {
            "at a local time", """{"at":"2026-10-25T02:30:00","timeZone":"Europe/Berlin","gap":"shift","overlap":"second"}""",
            "once at 2026-10-25 02:30:00 (Europe/Berlin), later by the length of the gap if a time does not exist when clocks go "
                + "forward, only the second time if a time repeats when clocks go back"
        },

        {
            "at an instant, with a zone", """{"at":"2026-01-01T00:00:00+00:00","timeZone":"Europe/Berlin"}""",
            "once at 2026-01-01 00:00:00 UTC"
        },

        {
            "union", """{"any":[{"every":"01:00:00","anchor":"2026-01-01T00:00:00+00:00"},{"at":"2026-01-01T00:30:00+00:00"}]}""",
            "every hour; and once at 2026-01-01 00:30:00 UTC"
        },

        {
            "exception", """{"any":[{"cron":"*/5 * * * *"}],"except":[{"cron":"* 2-3 * * *"}]}""",
            "every 5 minutes (UTC); except cron '* 2-3 * * *' (UTC)"
        },

        {
            "bounds", """{"every":"00:00:02","start":"2026-01-01T00:00:00+00:00","end":"2026-02-01T00:00:00+00:00","maxRuns":5}""",
            "every 2 seconds, from 2026-01-01 00:00:00 UTC, until 2026-02-01 00:00:00 UTC, at most 5 times"
        },

        {
            "open days", """{"cron":"0 9 * * *","calendar":"bank","closedDays":"next"}""",
            "every day at 09:00 (UTC), on the next business day if it falls on a closed day (calendar 'bank')"
        },

        {
            "closed days dropped", """{"cron":"0 9 * * *","calendar":"bank","closedDays":"drop"}""",
            "every day at 09:00 (UTC), only on business days (calendar 'bank')"
        },

        {
            "jitter around", """{"every":"1.00:00:00","jitter":"01:00:00","jitterRule":"around"}""",
            "every day, each occurrence up to 1 hour earlier or later"
        },

        {
            "jitter that is fixed", """{"every":"1.00:00:00","jitter":"01:00:00","jitterRule":"fixed"}""",
            "every day, all occurrences delayed by the same time of up to 1 hour"
        },

        {
            "business days", """{"cron":"0 9 * * *","timeZone":"Europe/Berlin","calendar":"bank","businessDays":[1,3,-2,-1]}""",
            "every day at 09:00 (Europe/Berlin), only on the 1st, 3rd, 2nd-to-last and last business day of the month (calendar 'bank')"
        },
        { "jitter", """{"every":"1.00:00:00","jitter":"01:00:00"}""", "every day, each occurrence delayed by up to 1 hour" },
        { "at", """{"at":"2026-01-01T00:00:00+00:00"}""", "once at 2026-01-01 00:00:00 UTC" },
        { "after", """{"after":"00:00:05"}""", "once, 5 seconds after registration" },
        { "at once", """{"after":"00:00:00"}""", "once, immediately after registration" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Json_EachKind_ReadsAndWritesTheSame(string kind, string json, string description)
    {
        var schedule = Read(json);

        Assert.True(JsonSerializer.Serialize(schedule, TaskJson.Options) == json, kind);
        Assert.Equal(schedule, Read(json));
        Assert.Equal(schedule.GetHashCode(), Read(json).GetHashCode());
        Assert.Equal(description, schedule.Describe());
    }

    [Theory]
    [InlineData("5", "A schedule is an object with exactly one of every, cron, rrule, at, after, any; a Number was given.")]
    [InlineData("{}", "A schedule is an object with exactly one of every, cron, rrule, at, after, any; none was given.")]
    [InlineData("""{"every":"00:00:01","cron":"@daily"}""",
        "A schedule is an object with exactly one of every, cron, rrule, at, after, any; both every and cron were given.")]
    [InlineData("""{"every":5}""",
        "schedule.every is not valid: '5' is a number without a unit. Write PT5S for seconds, PT5M for minutes, or P5D for days.")]
    [InlineData("""{"at":"soon"}""", "schedule.at is not valid: \"soon\" is not an instant such as 2030-01-31T09:00:00Z.")]
    [InlineData("""{"cron":null}""", "schedule.cron is not valid: null is not a string.")]
    [InlineData("""{"every":null}""", "schedule.every is not valid: null is not a span of time such as PT90S, 00:01:30 or 1.00:00:00.")]
    [InlineData("""{"cron":"@daily","timezone":"UTC"}""",
        "schedule.timezone is not known; a schedule with cron can have timeZone, gap, overlap, days, start, end, maxRuns, calendar, "
            + "calendars, closedDays, businessDays, jitter, jitterRule.")]
    [InlineData("""{"cron":"@daily","jitterRule":"fixed"}""", "schedule.jitterRule requires schedule.jitter, which is not set.")]
    [InlineData("""{"cron":"@daily","jitter":"00:01:00","jitterRule":"both"}""",
        "schedule.jitterRule is not valid: \"both\" is not one of later, around, fixed.")]
    [InlineData("""{"cron":"@daily","calendar":"bank","businessDays":3}""", "schedule.businessDays is not valid: 3 is not an array.")]
    [InlineData("""{"cron":"@daily","calendar":"bank","businessDays":[1.5]}""",
        "schedule.businessDays is not valid: 1.5 is not a whole number.")]
    [InlineData("""{"cron":"@daily","gap":"fill"}""", "schedule.gap is not valid: \"fill\" is not one of skip, firstValid, shift.")]
    [InlineData("""{"cron":"@daily","maxRuns":1.5}""", "schedule.maxRuns is not valid: 1.5 is not a whole number.")]
    [InlineData("""{"cron":"@daily","closedDays":"next"}""", "schedule.closedDays requires schedule.calendar, which is not set.")]
    [InlineData("""{"rrule":"FREQ=DAILY","start":5}""", "schedule.start is not valid: 5 is not a time such as 2030-01-31T09:00:00.")]
    [InlineData("""{"any":{}}""", "schedule.any is not valid: {} is not an array.")]
    [InlineData("""{"any":[{"at":1}]}""", "schedule.at is not valid: 1 is not an instant such as 2030-01-31T09:00:00Z.")]
    [InlineData("""{"cron":"@daily","timeZone":1}""", "schedule.timeZone is not valid: 1 is not a string.")]
    [InlineData("""{"cron":"@daily","cron":"@hourly"}""", "schedule.cron is given more than once. Give it once.")]
    [InlineData("""{"cron":"@daily","jitter":"00:01:00","jitter":null}""", "schedule.jitter is given more than once. Give it once.")]
    [InlineData("""{"any":[{"rrule":"FREQ=DAILY","exdates":[],"exdates":[]}]}""", "schedule.exdates is given more than once. Give it "
        + "once.")]
    [InlineData("""{"any":[{"cron":"@daily"}],"except":[{"cron":"@hourly","timeZone":"UTC","timeZone":"UTC"}]}""", "schedule.timeZone "
        + "is given more than once. Give it once.")]
    [InlineData("""{"every":"PT1H","timeZone":"Europe/Berlin"}""",
        "schedule.every is not valid: \"PT1H\" is not a period of whole days, weeks, months or years, such as P1D or P1M, which "
            + "timeZone, gap and overlap require; other spans are the same in all zones.")]
    [InlineData("""{"at":"2026-01-01T00:00:00Z","timeZone":"UTC","gap":"skip"}""", "schedule.at is 2026-01-01T00:00:00.0000000+00:00 "
        + "with schedule.gap or schedule.overlap; they are allowed only with a local time without an offset, and with schedule.timeZone.")]
    public void Json_NotValid_SaysWhy(string json, string message) =>
        Assert.Equal(message, Assert.Throws<JsonException>(() => Read(json)).Message);

    [Fact]
    public void Json_OutOfRange_IsRejectedAsInCode() =>
        Assert.Equal("A period of 0.1 ms is too short: at least 1 ms are needed.", Refused(() => Read("""{"every":"00:00:00.0001"}""")));

    private static TaskSchedule Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;

    private static string Refused(Func<TaskSchedule> make) => Assert.Throws<InvalidTaskException>(make).Message;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
