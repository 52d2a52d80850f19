using System.Globalization;
using System.Text.Json;
using CsCheck;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the hours at which business calendars are closed, also by comparison with a reference that checks each minute.</summary>
public sealed class OpenHoursTests
{
    private static readonly BusinessCalendar Shop = new()
    {
        OpenHours = [new() { From = new(8, 0), To = new(18, 0) },
            new() { Weekdays = [DayOfWeek.Friday], From = new(9, 0), To = new(13, 0) }]
    };

    // From Monday, 2 March 2026, to the next Monday. Friday is the 6th.
    [Theory]
    [InlineData("0 */6 * * *", ClosedDayRule.Drop, "02T12 02T18 03T12 03T18 04T12 04T18 05T12 05T18 06T12 09T12 09T18")]
    [InlineData("0 20 * * *", ClosedDayRule.Next, "02T08 03T08 04T08 05T08 06T09 09T08")]
    [InlineData("0 20 * * *", ClosedDayRule.Previous, "02T18 03T18 04T18 05T18 06T13 09T18")]
    [InlineData("0 8,18 * * *", ClosedDayRule.Drop, "02T08 02T18 03T08 03T18 04T08 04T18 05T08 05T18 09T08 09T18")]
    [InlineData("0 6-8 2 * *", ClosedDayRule.Next, "02T08")]
    [InlineData("0 18-22 2 * *", ClosedDayRule.Previous, "02T18")]
    [InlineData("0 10 7 * *", ClosedDayRule.Next, "09T10")]
    [InlineData("0 20 7 * *", ClosedDayRule.Previous, "06T13")]
    [InlineData("0 1 2 * *", ClosedDayRule.Drop, "")]
    public void OnOpenDays_AtClosedHours_DropsOrMoves(string cron, ClosedDayRule rule, string expected)
    {
        var schedule = TaskSchedule.Cron(cron).OnOpenDays("shop", rule).Resolve(default, "t", _ => Shop);

        var found = schedule.Occurrences(At("2026-03-01T23:59"), At("2026-03-09T23:59")).Where(o => o.Occurs)
            .Select(o => o.Utc.ToString("ddTHH", CultureInfo.InvariantCulture));

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(), found);
    }

    [Fact]
    public void OnOpenDays_MovedOrDropped_HasTheEffect()
    {
        var moved = TaskSchedule.Cron("0 20 * * *").OnOpenDays("shop", ClosedDayRule.Next).Resolve(default, "t", _ => Shop)
            .Occurrences(At("2026-03-02T19:00")).First();
        var dropped = TaskSchedule.Cron("0 20 * * *").OnOpenDays("shop").Resolve(default, "t", _ => Shop)
            .Occurrences(At("2026-03-02T19:00")).First();

        Assert.Equal((At("2026-03-03T08:00"), At("2026-03-02T20:00"), OccurrenceEffects.ClosedHours),
            (moved.Utc, moved.Planned, moved.Effects));
        Assert.Equal((At("2026-03-02T20:00"), OccurrenceEffects.ClosedHours | OccurrenceEffects.Dropped), (dropped.Utc, dropped.Effects));
        Assert.Equal("""["dropped","closedHours"]""", JsonSerializer.Serialize(dropped.Effects, TaskJson.Options));
    }

    [Fact]
    public void NextAfter_APeriodPerSecondOverANight_DoesNotStepThroughIt()
    {
        var schedule = TaskSchedule.Every(TimeSpan.FromSeconds(1), At("2026-03-02T00:00")).OnOpenDays("shop")
            .Resolve(default, "t", _ => Shop);

        Assert.Equal(At("2026-03-03T08:00"), new SearchBudget(2_000).Run(() => schedule.NextAfter(At("2026-03-02T18:00"))));
    }

    [Fact]
    public void NextAfter_NeverOpenAtThatTime_IsNull() =>
        Assert.Null(TaskSchedule.Cron("* 1-5 * * *").OnOpenDays("shop").Resolve(default, "t", _ => Shop).NextAfter(At("2026-03-02T18:00")));

    [Fact]
    public void OnBusinessDays_CalendarWithHours_DropsOccurrencesOutsideThem() => Assert.Equal(
        [At("2026-03-04T08:00"), At("2026-03-04T16:00"), At("2026-03-31T08:00"), At("2026-03-31T16:00")],
        TaskSchedule.Cron("0 */8 * * *").OnBusinessDays("shop", 3, -1).Resolve(default, "t", _ => Shop)
            .Occurrences(At("2026-03-02T00:00"), At("2026-03-31T23:00")).Where(o => o.Occurs).Select(o => o.Utc));

    [Fact]
    public void Json_OfHours_IsReadAndWritten()
    {
        const string Json =
            """{"closedWeekdays":[],"openHours":[{"from":"08:00","to":"24:00"},"""
                + """{"weekdays":["saturday"],"from":"09:00:30","to":"13:00"}]}""";

        var calendar = JsonSerializer.Deserialize<BusinessCalendar>(Json, TaskJson.Options)!;

        Assert.Empty(calendar.Faults());
        Assert.Equal(
            [new OpenHours { From = new(8, 0) }, new OpenHours { Weekdays = [DayOfWeek.Saturday], From = new(9, 0, 30), To = new(13, 0) }],
            calendar.OpenHours);
        Assert.EndsWith(
            """"openHours":[{"weekdays":[],"from":"08:00","to":"24:00"},{"weekdays":["Saturday"],"from":"09:00:30","to":"13:00"}]}"""",
            JsonSerializer.Serialize(calendar, TaskJson.Options), StringComparison.Ordinal);
        Assert.Equal(calendar,
            JsonSerializer.Deserialize<BusinessCalendar>(JsonSerializer.Serialize(calendar, TaskJson.Options), TaskJson.Options));
        Assert.Empty(JsonSerializer.Deserialize<BusinessCalendar>("{}", TaskJson.Options)!.OpenHours);
    }

    [Theory]
    [InlineData("""{"from":"18:00","to":"08:00"}""", "which ends before it begins")]
    [InlineData("""{"from":"08:00","to":"08:00"}""", "which ends before it begins")]
    [InlineData("""{"weekdays":["monday","monday","monday","monday","monday","monday","monday","monday"],"from":"08:00"}""", "Monday; "
        + "at most seven are allowed")]
    [InlineData("null", "is null")]
    public void Faults_InvalidHours_AreReported(string hours, string fault) =>
        Assert.Contains(fault,
            string.Join(' ', JsonSerializer.Deserialize<BusinessCalendar>($$"""{"openHours":[{{hours}}]}""", TaskJson.Options)!.Faults()),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("25:00")]
    [InlineData("8")]
    [InlineData("08:00Z")]
    public void Json_InvalidTime_IsRejected(string time) =>
        Assert.Throws<JsonException>(
            () => JsonSerializer.Deserialize<BusinessCalendar>($$"""{"openHours":[{"from":"{{time}}"}]}""", TaskJson.Options));

    [Fact]
    public void OnOpenDays_OfSeveralCalendars_IsClosedWhenAnyOfThemIs()
    {
        var city = new BusinessCalendar
        {
            ClosedWeekdays = [],
            Closed = [new(2026, 3, 4)],
            OpenHours = [new() { From = new(10, 0), To = new(20, 0) }],
            TimeZone = "Europe/Berlin"
        };
        var open = new BusinessCalendar { ClosedWeekdays = [DayOfWeek.Tuesday], Open = [new(2026, 3, 4)] };
        var schedule = TaskSchedule.Every(TimeSpan.FromHours(1), At("2026-03-02T00:00")).OnOpenDays(["shop", "city", "open"])
            .Resolve(default, "t", name => name switch { "shop" => Shop, "city" => city, _ => open });

        // The hours are those in Berlin, the zone of the first calendar that has one: Monday 10 to 18, Thursday 10 to 18, Friday 10 to 13.
        var found = schedule.Occurrences(At("2026-03-02T00:00"), At("2026-03-07T23:00")).Where(o => o.Occurs).Select(o => o.Utc).ToList();

        Assert.Equal([.. Hours(2, 9, 17), .. Hours(5, 9, 17), .. Hours(6, 9, 12)], found);

        static IEnumerable<DateTimeOffset> Hours(int day, int first, int last) =>
            Enumerable.Range(first, last - first + 1).Select(h => At($"2026-03-{day:00}T{h:00}:00"));
    }

    [Fact]
    public void OnOpenDays_OfSeveralCalendars_HasNamesDescriptionAndJson()
    {
        var schedule = TaskSchedule.Cron("0 9 * * *").OnOpenDays(["bank", "city"], ClosedDayRule.Next);
        const string Json = """{"cron":"0 9 * * *","calendars":["bank","city"],"closedDays":"next"}""";

        Assert.Equal("bank", schedule.BusinessCalendar);
        Assert.Equal(["bank", "city"], schedule.BusinessCalendars);
        Assert.Equal(["bank", "city"], schedule.CalendarNames);
        Assert.EndsWith(", on the next business day if it falls on a closed day (calendars 'bank' and 'city')", schedule.Describe(),
            StringComparison.Ordinal);
        Assert.Equal(Json, JsonSerializer.Serialize(schedule, TaskJson.Options));
        Assert.Equal(schedule, JsonSerializer.Deserialize<TaskSchedule>(Json, TaskJson.Options));
        Assert.Equal(schedule.GetHashCode(), JsonSerializer.Deserialize<TaskSchedule>(Json, TaskJson.Options)!.GetHashCode());
        Assert.NotEqual(schedule, TaskSchedule.Cron("0 9 * * *").OnOpenDays(["bank", "town"], ClosedDayRule.Next));
        Assert.Equal("bank", Assert.Single(schedule.OnOpenDays("bank").BusinessCalendars));
        Assert.Equal([3, -1], TaskSchedule.Cron("0 9 * * *").OnBusinessDays(["bank", "city"], 3, -1).BusinessDays);

        // A single calendar is written as in earlier versions, and a list of one is the same.
        Assert.Equal("""{"cron":"0 9 * * *","calendar":"bank","closedDays":"drop"}""",
            JsonSerializer.Serialize(
                JsonSerializer.Deserialize<TaskSchedule>("""{"cron":"0 9 * * *","calendars":["bank"]}""", TaskJson.Options),
                TaskJson.Options));
    }

    [Theory]
    [InlineData("""{"cron":"0 9 * * *","calendar":"bank","calendars":["city"]}""", "schedule.calendar and schedule.calendars are both set")]
    [InlineData("""{"cron":"0 9 * * *","calendars":["city","city"]}""", "names 2 business calendars; at most 10 are allowed, each of "
        + "them once")]
    [InlineData("""{"cron":"0 9 * * *","calendars":["1","2","3","4","5","6","7","8","9","10","11"]}""",
        "schedule.calendars has 11 items; 10 are allowed.")]
    [InlineData("""{"cron":"0 9 * * *","calendars":[7]}""", "schedule.calendars is not valid")]
    [InlineData("""{"cron":"0 9 * * *","calendars":["a",""]}""", "A calendar name is empty; 1 to ")]
    [InlineData("""{"cron":"0 9 * * *","calendars":[],"closedDays":"next"}""",
        "schedule.closedDays requires schedule.calendar, which is not set.")]
    public void Json_InvalidCalendars_IsRejected(string json, string message) =>
        Assert.Contains(message,
            Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<TaskSchedule>(json, TaskJson.Options)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Resolve_WithoutOneOfTheCalendars_NamesIt() => Assert.Equal(
        "There is no business calendar 'city'. Put it first, with PutCalendarAsync, or use another name.",
        Assert.Throws<InvalidTaskException>(
            () => TaskSchedule.Cron("0 9 * * *").OnOpenDays(["bank", "city"]).Resolve(default, "t", name => name == "bank" ? Shop : null))
                .Message);

    private static readonly Gen<OpenHours> Hours = Gen.Select(Gen.Int[0, 47], Gen.Int[1, 48], Gen.Int[-3, 6])
        .Select((from, length, weekday) => new OpenHours
        {
            From = new TimeOnly(from / 2, from % 2 * 30),
            To = from + length >= 48 ? TimeOnly.MinValue : new TimeOnly((from + length) / 2, (from + length) % 2 * 30),
            Weekdays = weekday < 0 ? [] : [(DayOfWeek)weekday],
        });

    private static readonly Gen<BusinessCalendar> Calendars = Gen.Select(Hours.Array[0, 4], Gen.Int[-1, 6])
        .Select((hours, closed) => new BusinessCalendar { OpenHours = hours, ClosedWeekdays = closed < 0 ? [] : [(DayOfWeek)closed] });

    // The days around clock changes: in Berlin forward in March and back in October, on Lord Howe both by half an hour, in Santiago at
    // midnight, and in Apia, where a whole day was left out.
    private static readonly Gen<(string Zone, DateTimeOffset Day)> Places = Gen.OneOf(
        [.. new[]
        {
            ("Europe/Berlin", "2026-03-29T01:00"), ("Europe/Berlin", "2026-10-25T01:00"), ("Australia/Lord_Howe", "2026-04-04T15:00"),
            ("Australia/Lord_Howe", "2026-10-03T15:30"), ("America/Santiago", "2026-04-05T03:00"), ("America/Santiago", "2026-09-06T04:00"),
            ("Pacific/Apia", "2011-12-30T10:00"), ("UTC", "2026-01-01T00:00")
        }
            .Select(p => Gen.Const((p.Item1, At(p.Item2))))]);

    [Fact]
    public void OnOpenDays_Any_MatchesTheReference() =>
        Gen.Select(Calendars, Calendars, Places, Gen.Int[1, 400], Gen.OneOf(ClosedDayRule.Drop, ClosedDayRule.Next, ClosedDayRule.Previous),
            Gen.Int[0, 1]).Sample(
        (one, other, place, minutes, rule, both) =>
        {
            var (from, until) = (place.Day.AddDays(-2), place.Day.AddDays(2));
            var calendars = both == 0 ? [one] : new[] { one, other };
            var zone = TimeZones.Get(place.Zone);

            // The schedule has a zone, but no rules for clock changes. At most one occurrence a day moves away from a closed day, to the
            // same local time.
            TaskSchedule plain = TaskSchedule.Any(TaskSchedule.Every(TimeSpan.FromMinutes(minutes), from.AddDays(-12)),
                TaskSchedule.Cron("0 0 1 1 *", place.Zone).Until(from.AddYears(-1)));
            plain = TaskSchedule.Any(plain.From(from.AddDays(-12)).Until(until.AddDays(12)),
                TaskSchedule.Cron("0 0 1 1 *", place.Zone).Until(from.AddYears(-1)));
            var onOpenDays = plain.OnOpenDays("a", rule).Resolve(default, "t", _ => Days(calendars));
            var schedule = plain.OnOpenDays(["a", "b"], rule).Resolve(default, "t", name => name == "a" ? calendars[0] : calendars[^1]);

            var expected =
                new SortedSet<DateTimeOffset>(
                    onOpenDays.Occurrences(from.AddDays(-11), until.AddDays(11)).Where(o => o.Occurs).Select(o => Moved(o.Utc))
                        .OfType<DateTimeOffset>()).GetViewBetween(from.AddTicks(1), until);
            var found = schedule.Occurrences(from, until).Where(o => o.Occurs).Select(o => o.Utc).ToList();

            Assert.Equal(expected, found);
            foreach (var (before, next) in found.Zip(found.Skip(1)).Take(20))
            {
                Assert.Equal(next, schedule.NextAfter(before));
                Assert.Equal(next, schedule.NextAfter(before.AddTicks((next - before).Ticks / 2)));
                Assert.Equal(next, schedule.NextAfter(next.AddTicks(-1)));
            }

            // Checks minute by minute, and the end of an hour that is open up to its last tick.
            DateTimeOffset? Moved(DateTimeOffset instant)
            {
                if (IsOpen(instant))
                {
                    return instant;
                }

                for (var n = 1; rule == ClosedDayRule.Next && n < 20 * 1440; n++)
                {
                    if (IsOpen(instant.AddMinutes(n)))
                    {
                        return instant.AddMinutes(n);
                    }
                }

                for (var n = 1; rule == ClosedDayRule.Previous && n < 20 * 1440; n++)
                {
                    if (IsOpen(instant.AddMinutes(-n)))
                    {
                        return IsOpen(instant.AddMinutes(1 - n).AddTicks(-1))
                            ? instant.AddMinutes(1 - n).AddTicks(-1)
                            : instant.AddMinutes(-n);
                    }
                }

                return null;
            }

            bool IsOpen(DateTimeOffset instant)
            {
                var local = zone.ToLocal(instant).DateTime;
                return calendars.All(c => c.IsOpen(DateOnly.FromDateTime(local)) && IsWithin(c, local));
            }
        },
        iter: 150);

    private static bool IsWithin(BusinessCalendar calendar, DateTime local)
    {
        var named = calendar.OpenHours.Where(h => h.Weekdays.Contains(local.DayOfWeek)).ToList();
        var hours = named.Count > 0 ? named : calendar.OpenHours.Where(h => h.Weekdays.Count == 0).ToList();
        var time = TimeOnly.FromDateTime(local);
        return hours.Count == 0 || hours.Any(h => time >= h.From && (h.To == TimeOnly.MinValue || time <= h.To));
    }

    private static BusinessCalendar Days(BusinessCalendar[] calendars) =>
        new() { ClosedWeekdays = [.. calendars.SelectMany(c => c.ClosedWeekdays).Distinct()] };

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text + ":00Z", CultureInfo.InvariantCulture);
}
