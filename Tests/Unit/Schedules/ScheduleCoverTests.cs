using System.Text.Json;
using CsCheck;
using OrleansTasks.Records;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that comparing schedules shows when exceptions leave nothing, where stepping would take too long.</summary>
public sealed class ScheduleCoverTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"cron":"* * * * * *"}""", """{"cron":"* * * * * *"}""")]
    [InlineData("""{"cron":"*/5 * * * *","timeZone":"Europe/Berlin"}""", """{"cron":"*/5 * * * *","timeZone":"Europe/Berlin"}""")]
    [InlineData("""{"cron":"*/5 * * * *","timeZone":"Europe/Berlin"}""", """{"cron":"* * * * * *"}""")]
    [InlineData("""{"cron":"*/5 9-17 * * MON-FRI"}""", """{"cron":"*/5 * * * *"}""")]
    [InlineData("""{"cron":"*/10 * * * 1-5"}""", """{"cron":"0,10,20,30,40,50 * * * *"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* 0-11 * * *"},{"cron":"* 12-23 * * *"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * 1-5"},{"cron":"* * * * SAT,SUN"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"any":[{"cron":"* * 1-15 * *"},{"cron":"* * 16-31 * *"}]}""")]
    [InlineData("""{"cron":"* * 1 * FRI","days":"either"}""", """{"cron":"* * 1 * *"},{"cron":"* * * * FRI"}""")]
    [InlineData("""{"cron":"* * L * *"}""", """{"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"@every_second"}""", """{"cron":"* * * * * *"}""")]
    [InlineData("""{"every":"00:00:00.001","anchor":"2026-01-01"}""", """{"every":"00:00:00.001","anchor":"2026-01-01"}""")]
    [InlineData("""{"every":"00:00:10","anchor":"2026-01-01"}""", """{"every":"00:00:05","anchor":"2025-01-01T00:00:05"}""")]
    [InlineData("""{"every":"00:01:00","anchor":"2026-01-01"}""", """{"cron":"* * * * *","timeZone":"UTC"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"every":"00:00:01","anchor":"2026-01-01"}""")]
    [InlineData("""{"cron":"30 * * * *"}""", """{"every":"00:30:00","anchor":"2026-01-01"}""")]
    [InlineData("""{"rrule":"FREQ=SECONDLY","start":"2020-01-01T00:00:00"}""",
        """{"rrule":"FREQ=SECONDLY","start":"2019-01-01T00:00:00"}""")]
    [InlineData("""{"rrule":"FREQ=MINUTELY;INTERVAL=7","start":"2020-01-01T00:00:00"}""",
        """{"rrule":"FREQ=MINUTELY","start":"2019-01-01T00:00:00"}""")]
    [InlineData("""{"rrule":"FREQ=MINUTELY;INTERVAL=7;BYSETPOS=1;BYSECOND=1,2","start":"2020-01-01T00:00:00"}""",
        """{"rrule":"FREQ=MINUTELY;INTERVAL=7;BYSETPOS=1;BYSECOND=1,2","start":"2020-01-01T00:00:00"}""")]
    [InlineData("""{"any":[{"cron":"*/2 * * * *"},{"cron":"1-59/2 * * * *"}],"except":[{"cron":"0 0 * * *"}]}""",
        """{"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"* * * * *","end":"2040-01-01"}""", """{"cron":"* * * * *","end":"2040-01-01"}""")]
    [InlineData("""{"cron":"* * * * *","jitter":"00:00:10"}""", """{"cron":"* * * * *","jitter":"00:00:10"}""")]
    public void Json_EntirelyExcluded_NeverOccurs(string schedule, string exceptions)
    {
        var e = Assert.Throws<InvalidTaskException>(() => new SearchBudget(20_000).Run(() =>
        {
            var read = Read($$"""{"any":[{{schedule}}],"except":[{{exceptions}}]}""");
            return read.Resolve(Monday, "t").NextAfter(DateTimeOffset.MinValue) is null
                ? throw new InvalidTaskException(null, ["It never occurs."])
                : read;
        }));

        Assert.Contains("never occurs.", e.Message, StringComparison.Ordinal);
    }

    // The last occurrences end before that instant, or the zones agree only because all of them differ by whole minutes.
    [Theory]
    [InlineData("""{"cron":"*/5 * * * *","timeZone":"Europe/Berlin"}""", """{"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * *","start":"2026-03-01"}""")]
    [InlineData("""{"cron":"0 */2 * * *","timeZone":"Europe/Berlin","gap":"firstValid"}""",
        """{"rrule":"FREQ=SECONDLY","start":"2019-01-01T00:00:00"}""")]
    public void NextAfter_NothingLeft_IsNull(string schedule, string exceptions) =>
        Assert.Null(new SearchBudget(20_000).Run(() => Read($$"""{"any":[{{schedule}}],"except":[{{exceptions}}]}""").NextAfter(Monday)));

    // The search also does not step through occurrences that a calendar drops, or through parts of which it drops all.
    [Theory]
    [InlineData("""{"cron":"* * * * * SAT","calendar":"bank"}""")]
    [InlineData("""{"cron":"* * * * * SAT","calendar":"bank","jitter":"00:00:30"}""")]
    [InlineData("""{"cron":"* * * * * SAT","calendar":"bank","jitter":"00:30:00","jitterRule":"around"}""")]
    [InlineData("""{"cron":"* * * * * SAT","calendar":"bank","jitter":"12:00:00","jitterRule":"fixed"}""")]
    [InlineData("""{"cron":"* * * * * SAT","calendar":"bank","maxRuns":3}""")]
    [InlineData("""{"any":[{"cron":"* * * * * SAT","calendar":"bank"},{"cron":"* * * * * SUN","calendar":"bank"}]}""")]
    [InlineData("""{"any":[{"cron":"* * * * * SAT,SUN"}],"except":[{"cron":"0 0 0 * * *"}],"calendar":"bank"}""")]
    [InlineData("""{"cron":"* * * * *","calendar":"never"}""")]
    public void NextAfter_AllDaysClosed_IsNull(string json)
    {
        var never = new BusinessCalendar { ClosedWeekdays = Enum.GetValues<DayOfWeek>() };

        Assert.Null(
            new SearchBudget(500_000).Run(
                () => Read(json).Resolve(Monday, "t", name => name == "bank" ? new BusinessCalendar() : never).NextAfter(Monday)));
    }

    [Theory]
    [InlineData("""{"cron":"* * * * * SAT-MON","calendar":"bank"}""")]
    [InlineData("""{"any":[{"cron":"* * * * * SAT","calendar":"bank"},{"cron":"0 0 0 * * MON"}]}""")]
    [InlineData(
        """{"any":[{"cron":"* * * * * SAT","calendar":"bank"},{"cron":"* * * * * SUN","calendar":"bank"},{"cron":"0 0 0 * * """
            + """MON"}],"calendar":"bank"}""")]
    public void NextAfter_ClosedDay_IsOnTheNextOpenDay(string json)
    {
        var schedule = Read(json).Resolve(Monday, "t", _ => new BusinessCalendar());

        Assert.Equal(Monday.AddDays(7), new SearchBudget(200_000).Run(() => schedule.NextAfter(Monday.AddDays(5).AddTicks(-1))));
    }

    // Some occurrences are left, even if distant, or it is unknown whether any are.
    [Theory]
    [InlineData("""{"cron":"* * * * * *"}""", """{"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* 0-11 * * *"},{"cron":"* 13-23 * * *"}""")]
    [InlineData("""{"cron":"*/5 * * * *","timeZone":"Europe/Berlin","overlap":"both"}""",
        """{"cron":"*/5 * * * *","timeZone":"Europe/Berlin","overlap":"first"}""")]
    [InlineData("""{"cron":"*/5 * * * *","timeZone":"Europe/Berlin"}""",
        """{"cron":"*/5 * * * *","timeZone":"Europe/London","overlap":"first"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * *","end":"2040-01-01"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * *","maxRuns":5}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * *","calendar":"bank"}""")]
    [InlineData("""{"cron":"* * * * *","jitter":"00:00:10"}""", """{"cron":"* * * * *"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"rrule":"FREQ=MINUTELY;COUNT=100","start":"2019-01-01T00:00:00"}""")]
    [InlineData("""{"cron":"* * * * *"}""",
        """{"rrule":"FREQ=MINUTELY","start":"2019-01-01T00:00:00","exdates":["2030-01-01T00:00:00"]}""")]
    [InlineData("""{"rrule":"FREQ=MINUTELY","start":"2019-01-01T00:00:00","rdates":["2030-01-01T00:00:30"]}""", """{"cron":"* * * * *"}""")]
    [InlineData("""{"every":"00:00:10","anchor":"2026-01-01"}""", """{"every":"00:00:05","anchor":"2025-01-01T00:00:02"}""")]
    [InlineData("""{"every":"00:07:00","anchor":"2026-01-01"}""", """{"every":"00:14:00","anchor":"2026-01-01"}""")]
    [InlineData("""{"cron":"* * * * *"}""", """{"cron":"* * * * * * 2027"}""")]
    public void Since_PossibleRemainder_IsUnknown(string schedule, string exceptions)
    {
        var others = JsonSerializer.Deserialize<List<TaskSchedule>>($"[{exceptions}]", StoredJson.Options)!;

        Assert.Null(ScheduleCover.Since([Read(schedule)], others));
    }

    private static readonly Gen<string> Minutes =
        Gen.OneOf([.. new[] { "*", "*/2", "1-59/2", "0", "30", "0,30", "0-29", "30-59", "15/15" }.Select(Gen.Const)]);
    private static readonly Gen<string> Hours =
        Gen.OneOf([.. new[] { "*", "0-11", "12-23", "*/2", "1/2", "2", "1,2,3" }.Select(Gen.Const)]);
    private static readonly Gen<string> Days = Gen.OneOf([.. new[] { "*", "1-15", "16-31", "29", "L" }.Select(Gen.Const)]);
    private static readonly Gen<string> Weekdays =
        Gen.OneOf([.. new[] { "*", "1-5", "SAT,SUN", "1/2", "*/3", "0,7", "2-4" }.Select(Gen.Const)]);
    private static readonly Gen<string> Zones =
        Gen.OneOf([.. new[] { "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Etc/GMT" }.Select(Gen.Const)]);

    private static readonly Gen<TaskSchedule> Crons = Gen.Select(Minutes, Hours, Days, Weekdays, Zones, Gen.Int[0, 11])
        .Select((m, h, d, w, zone, rules) =>
        (TaskSchedule)TaskSchedule.Cron($"{m} {h} {d} * {w}", zone).WhenClocksChange(
            (rules % 4) switch { 1 => GapRule.FirstValid, 2 => GapRule.Shift, 3 => GapRule.Skip, _ => null },
            (rules / 4) switch { 1 => OverlapRule.First, 2 => OverlapRule.Both, _ => null }));

    private static readonly Gen<TaskSchedule> Some = Gen.Frequency(
        (4, Crons),
        (1, Gen.Select(Minutes, Zones).Select((m, zone) => (TaskSchedule)TaskSchedule.Cron($"{m} * * * *", zone))),
        (1, Gen.Int[1, 120].Select(n => TaskSchedule.Every(TimeSpan.FromMinutes(n), Monday))),
        (1, Gen.Int[1, 4].Select(n => (TaskSchedule)TaskSchedule.Calendar($"FREQ=MINUTELY;INTERVAL={n}", Monday.UtcDateTime))),
        (1, Gen.Int[1,
            4].Select(
                n => (TaskSchedule)TaskSchedule.Calendar($"FREQ=HOURLY;BYMINUTE={n * 10}", new DateTime(2025, 1, 1), "Europe/Berlin"))));

    // In Berlin and on Lord Howe, clocks go forward and back within these days.
    private static readonly DateTimeOffset[] Looked = [new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero), new(2026, 4, 4, 0, 0, 0, TimeSpan.Zero),
        new(2026, 10, 3, 0, 0, 0, TimeSpan.Zero), new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero)];

    [Fact]
    public void Since_Any_IsRight() => Gen.Select(Some, Some.Array[1, 4]).Sample(
        (schedule, exceptions) =>
        {
            if (ScheduleCover.Since([schedule], exceptions) is not { } since)
            {
                return;
            }

            foreach (var (from, until) in Looked.Select(d => (d, d.AddDays(2))))
            {
                var excluded = exceptions.SelectMany(e => Of(e, from, until)).ToHashSet();
                Assert.DoesNotContain(Of(schedule, from, until), t => t >= since && !excluded.Contains(t));
            }
        },
        iter: 3000);

    [Fact]
    public void Since_SameOrLargerExceptions_IsKnown() => Gen.Select(Crons, Crons).Sample(
        (one, other) =>
        {
            Assert.Equal(DateTimeOffset.MinValue, ScheduleCover.Since([one], [other, one]));
            Assert.Equal(DateTimeOffset.MinValue, ScheduleCover.Since([one], [TaskSchedule.Cron("* * * * * *", "Asia/Tokyo")]));
        },
        iter: 300);

    private static IEnumerable<DateTimeOffset> Of(TaskSchedule schedule, DateTimeOffset from, DateTimeOffset until) =>
        schedule.Occurrences(from, until).Where(o => o.Occurs).Select(o => o.Utc);

    private static TaskSchedule Read(string json) => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)!;
}
