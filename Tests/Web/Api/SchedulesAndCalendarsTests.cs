using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests schedules and business calendars over HTTP.</summary>
public sealed class SchedulesAndCalendarsTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("""{"every":"00:00:05","anchor":"2026-01-01T00:00:00+00:00"}""")]
    [InlineData("""{"cron":"30 2 * * *","timeZone":"Europe/Warsaw","gap":"shift","overlap":"both"}""")]
    [InlineData(
        """{"rrule":"FREQ=MONTHLY;"""
            + """BYDAY=-1FR","start":"2026-01-01T09:00:00","timeZone":"Europe/Berlin","exdates":["2026-01-30T09:00:00"]}""")]
    [InlineData(
        """{"any":[{"cron":"*/5 * * * *"}],"except":[{"cron":"* 2-3 * * """
            + """*"}],"end":"2030-01-01T00:00:00+00:00","maxRuns":5,"jitter":"00:00:10"}""")]
    [InlineData("""{"cron":"0 9 * * *","calendars":["bank","city"],"closedDays":"next"}""")]
    public async Task Put_EachKindOfSchedule_RoundTrips(string schedule)
    {
        await _api.SendAsync("PUT", "tasks/a", $$"""{"schedule":{{schedule}}}""");

        var task = await _api.SendAsync("GET", "tasks/a");
        Assert.Equal(200, task.Status);
        Assert.Equal(schedule, task.Json.GetProperty("schedule").GetRawText());
    }

    [Theory]
    [InlineData("""{"cron":"61 * * * *"}""", "61 * * * *")]
    [InlineData("""{"cron":"0 0 30 2 *"}""", "never occurs")]
    [InlineData("""{"rrule":"FREQ=NEVER"}""", "FREQ=NEVER")]
    [InlineData("""{"cron":"@daily","gap":"fill"}""", "schedule.gap")]
    [InlineData("""{"every":"00:00:01","at":"2030-01-01T00:00:00Z"}""", "both every and at were given")]
    [InlineData("""{"any":[]}""", "'any' has 0 schedules")]
    [InlineData("""{"every":"00:00:01","jitter":"2.00:00:00"}""", "jitter is 2.00:00:00")]
    public async Task Put_InvalidSchedule_GivesTheReason(string schedule, string reason)
    {
        var answer = await _api.SendAsync("PUT", "tasks/a", $$"""{"schedule":{{schedule}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains(reason, answer["detail"], StringComparison.Ordinal);
        Assert.Equal(404, (await _api.SendAsync("GET", "tasks/a")).Status);
    }

    [Fact]
    public async Task Occurrences_OfATask_AreInUtcAndLocalTime()
    {
        var task = _api.Tasks.Add("report");
        task.Info = task.Info with { Schedule = TaskSchedule.Cron("30 2 * * *", "America/New_York").WhenClocksChange(gap: GapRule.Skip) };

        var answer = await _api.SendAsync("GET", "tasks/report/occurrences?count=2&from=2026-03-08T00:00:00-05:00");

        var items = answer.Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            ["2026-03-08T07:00:00+00:00 2026-03-08T03:00:00-04:00 [\"clocksForward\",\"dropped\"] False",
                "2026-03-09T06:30:00+00:00 2026-03-09T02:30:00-04:00 [] True"],
            items.Select(
                i => $"{i.GetProperty("utc").GetString()} {i.GetProperty("local").GetString()} {i.GetProperty("effects").GetRawText()} "
                    + $"{i.GetProperty("occurs").GetBoolean()}"));
    }

    [Theory]
    [InlineData("count=0", "count")]
    [InlineData("count=1001", "count")]
    [InlineData("from=soon", "from")]
    [InlineData("to=5", "to")]
    public async Task Occurrences_BadParameter_IsRejectedByName(string query, string parameter)
    {
        _api.Tasks.Add("report");
        Assert.Equal(parameter,
            (await _api.SendAsync("GET", "tasks/report/occurrences?" + query)).Problem(400, "invalid-argument").GetProperty("parameter")
                .GetString());
    }

    [Fact]
    public async Task Occurrences_UnknownTask_Is404()
    {
        (await _api.SendAsync("GET", "tasks/nobody/occurrences")).Problem(404, "task-not-found");
        _api.Tasks.Add("report");
        (await _api.SendAsync("GET", "tasks/report/occurrences?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z")).Problem(400,
            "invalid-task");
    }

    [Theory]
    [InlineData("POST", "tasks/report/preview", """{"schedule":SCHEDULE}""")]
    [InlineData("PUT", "tasks/report", """{"schedule":SCHEDULE}""")]
    public async Task Schedule_TooExpensive_Is400WithTheReason(string method, string path, string body)
    {
        _api.Tasks.Add("report");
        const string Covered =
            """{"any":[{"every":"PT1.1S","anchor":"2026-01-01"}],"except":[{"every":"PT2.2S","anchor":"2026-01-01"},"""
                + """{"every":"PT2.2S","anchor":"2026-01-01T00:00:01.1"}]}""";

        var problem = (await _api.SendAsync(method, path, body.Replace("SCHEDULE", Covered, StringComparison.Ordinal))).Problem(400,
            "schedule-too-expensive");

        Assert.StartsWith("It takes more than 1,000,000 steps", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tasks/report/occurrences?from=03/04/2027", "from")]
    [InlineData("tasks/report/occurrences?to=4.3.2027", "to")]
    [InlineData("tasks/report/ledger?from=1700000000", "from")]
    public async Task Query_AmbiguousInstant_Is400(string path, string parameter)
    {
        _api.Tasks.Add("report");

        Assert.Equal(parameter, (await _api.SendAsync("GET", path)).Problem(400, "invalid-argument").GetProperty("parameter").GetString());
    }

    [Fact]
    public async Task Preview_OfAnEdit_ListsAddedAndRemovedOccurrencesWithoutChanges()
    {
        var task = _api.Tasks.Add("report");
        task.Info = task.Info with { Schedule = TaskSchedule.Cron("0 9 * * *") };

        var answer = await _api.SendAsync("POST", "tasks/report/preview",
            """{"schedule":{"cron":"0 9,15 * * MON-FRI"},"from":"2026-01-02T00:00:00Z","to":"2026-01-05T23:59:59Z"}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["2026-01-02T15:00:00+00:00", "2026-01-05T15:00:00+00:00"], Instants(answer, "added"));
        Assert.Equal(["2026-01-03T09:00:00+00:00", "2026-01-04T09:00:00+00:00"], Instants(answer, "removed"));
        Assert.Equal(2, answer.Json.GetProperty("kept").GetInt32());
        Assert.Equal("every day at 09:00 (UTC)", (await _api.SendAsync("GET", "tasks/report"))["scheduleDescription"]);
    }

    [Fact]
    public async Task Backfill_OfAPeriod_ReturnsTheRuns()
    {
        var task = _api.Tasks.Add("report");
        task.Info = task.Info with { Schedule = TaskSchedule.Cron("0 9 * * *") };

        var answer = await _api.SendAsync("POST", "tasks/report/backfill",
            """{"from":"2026-01-01T00:00:00Z","to":"2026-01-03T00:00:00Z"}""");

        Assert.Equal((202, 2), (answer.Status, answer.Json.GetProperty("runIds").GetArrayLength()));
        Assert.Equal(400, (await _api.SendAsync("POST", "tasks/report/backfill")).Status);
        Assert.Equal(400, (await _api.SendAsync("POST", "tasks/report/backfill", """{"from":"2026-01-01T00:00:00Z"}""")).Status);
    }

    [Fact]
    public async Task Calendars_CanBePutReadListedAndRemoved()
    {
        const string Bank =
            """{"timeZone":"Europe/Berlin","closedWeekdays":["saturday","sunday"],"closed":["2026-04-03"],"closedEveryYear":["12-25"]"""
                + ""","open":["2026-12-19"],"openHours":[{"from":"08:00","to":"24:00"}]}""";
        Assert.Equal(404, (await _api.SendAsync("GET", "calendars/bank")).Status);

        Assert.Equal(201, (await _api.SendAsync("PUT", "calendars/bank", Bank)).Status);
        Assert.Equal(200, (await _api.SendAsync("PUT", "calendars/bank", Bank)).Status);

        var calendar = await _api.SendAsync("GET", "calendars/bank");
        Assert.Equal("""["2026-04-03"]""", calendar.Json.GetProperty("closed").GetRawText());
        Assert.Equal(2, calendar.Json.GetProperty("closedWeekdays").GetArrayLength());
        Assert.Equal("""[{"weekdays":[],"from":"08:00","to":"24:00"}]""", calendar.Json.GetProperty("openHours").GetRawText());
        Assert.Equal(["bank"],
            (await _api.SendAsync("GET", "calendars")).Json.GetProperty("calendars").EnumerateObject().Select(p => p.Name));
        Assert.Equal(204, (await _api.SendAsync("DELETE", "calendars/bank")).Status);
        (await _api.SendAsync("DELETE", "calendars/bank")).Problem(404, "calendar-not-found");
    }

    [Fact]
    public async Task Calendars_Many_AreListedInPages()
    {
        var days = string.Join(',',
            Enumerable.Range(0, BusinessCalendar.MaxDays).Select(n => $"\"{new DateOnly(2026, 1, 1).AddDays(n):yyyy-MM-dd}\""));
        for (var n = 0; n < 50; n++)
        {
            Assert.Equal(201, (await _api.SendAsync("PUT", $"calendars/{n:d2}", $$"""{"closed":[{{days}}]}""")).Status);
        }

        var first = await _api.SendAsync("GET", "calendars");
        var names = first.Json.GetProperty("calendars").EnumerateObject().Select(p => p.Name).ToList();
        var second = await _api.SendAsync("GET", $"calendars?after={first["next"]}");
        names.AddRange(second.Json.GetProperty("calendars").EnumerateObject().Select(p => p.Name));

        Assert.Equal(Enumerable.Range(0, 50).Select(n => $"{n:d2}"), names);
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("""{"closedEveryYear":["12-32"]}""", 400)]
    [InlineData("""{"closed":["Christmas"]}""", 400)]
    [InlineData("""{"holidays":[]}""", 400)]
    [InlineData("""{"closedWeekdays":null}""", 400)]
    [InlineData("""{"openHours":[{"from":"18:00","to":"08:00"}]}""", 400)]
    [InlineData("""{"openHours":[{"from":"8 o'clock"}]}""", 400)]
    [InlineData("""{"openHours":null}""", 400)]
    [InlineData("""{"timeZone":"Mars/Olympus"}""", 400)]
    public async Task Calendars_NotValid_AreRefused(string json, int status) =>
        Assert.Equal(status, (await _api.SendAsync("PUT", "calendars/bank", json)).Status);

    private static IEnumerable<string?> Instants(Answer answer, string list) =>
        answer.Json.GetProperty(list).EnumerateArray().Select(i => i.GetProperty("utc").GetString());
}
