using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Does what users do, with real processes, real ports and HTTP.</summary>
public sealed class ProgramTests(RunningPrograms programs) : IClassFixture<RunningPrograms>, IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(programs.Output);
        }

        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Fibonacci_ThroughAWebServer_GivesTheValue()
    {
        Assert.Equal("""{"value":2880067194370816120}""", await programs.WebA.GetStringAsync("/fibonacci/90", Stop));
        Assert.Equal("""{"value":7540113804746346429}""", await programs.WebB.GetStringAsync("/fibonacci/92", Stop));
        Assert.Equal("""{"value":0}""", await programs.WebB.GetStringAsync("/fibonacci/0", Stop));
    }

    [Theory]
    [InlineData("/fibonacci/93", 422)]
    [InlineData("/fibonacci/-1", 422)]
    [InlineData("/fibonacci/many", 400)]
    [InlineData("/fibonacci/1.5", 400)]
    public async Task Fibonacci_BadNumber_IsAProblem(string path, int status)
    {
        using var response = await programs.WebA.GetAsync(path, Stop);
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Tick_ThroughAWebServer_StreamsConsecutiveResults()
    {
        await using var events = await EventReader.OpenAsync(programs.WebA, "/api/tasks/tick/results");
        var ticks = await events.NextAsync(3);
        Assert.Equal(Enumerable.Range(0, 3).Select(i => ticks[0].Sequence + i), ticks.Select(t => t.Sequence));
        var instants = ticks.Select(t => t.Data.GetProperty("scheduledAt").GetDateTimeOffset()).ToList();
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)], instants.Zip(instants.Skip(1), (a, b) => b - a));
    }

    [Fact]
    public async Task Broadcast_ToOneWebServer_IsReceivedByAll()
    {
        await using var silo = await EventReader.OpenAsync(programs.Silo, "/api/broadcasts");
        await using var a = await EventReader.OpenAsync(programs.WebA, "/api/broadcasts");
        await using var b = await EventReader.OpenAsync(programs.WebB, "/api/broadcasts");
        await using var sample = await EventReader.OpenAsync(programs.WebB, "/broadcasts");
        using var sent = await programs.WebA.PostAsJsonAsync("/api/broadcasts", new { text = "hello", from = "A" }, Stop);
        Assert.Equal(202, (int)sent.StatusCode);
        var received = await Task.WhenAll(silo.NextAsync(), a.NextAsync(), b.NextAsync(), sample.NextAsync());
        Assert.All(received,
            r => Assert.Equal(("broadcast", """{"text":"hello","from":"A"}"""), (r.Type, r.Data.GetProperty("message").GetRawText())));
        Assert.Single(received.Select(r => r.Data.GetProperty("id").GetGuid()).Distinct());
    }

    [Fact]
    public async Task Broadcast_TextThatIsNoUnicode_Is400()
    {
        using var content = new StringContent("\"\\ud800\"", null, "application/json");
        using var sent = await programs.WebA.PostAsync("/api/broadcasts", content, Stop);
        Assert.Equal(400, (int)sent.StatusCode);
    }

    [Fact]
    public async Task Dispatch_ThroughOneWebServer_IsSeenByBoth()
    {
        await using var a = await EventReader.OpenAsync(programs.WebA, "/api/results");
        await using var b = await EventReader.OpenAsync(programs.WebB, "/api/results");
        var run = await RunIdAsync(await programs.WebA.GetAsync("/dispatch?message=Good%20day", Stop));
        var (atA, atB) = (await ResultOfAsync(a, run), await ResultOfAsync(b, run));
        Assert.Equal(("succeeded", "Good day"), (Text(atA, "status"), Text(atA, "value")));
        Assert.Equal(atA.GetRawText(), atB.GetRawText());
    }

    [Fact]
    public async Task Run_ThroughTheSilosOwnApi_GivesResultOrFailure()
    {
        using var good = await programs.Silo.PostAsJsonAsync("/api/tasks/fibonacci/run", new { named = new { n = 10 } }, Stop);
        Assert.Equal((200, 55), ((int)good.StatusCode, (await JsonAsync(good)).GetProperty("value").GetInt32()));
        using var bad = await programs.Silo.PostAsJsonAsync("/api/tasks/fail/run", new { args = new[] { "broken" } }, Stop);
        var failure = await JsonAsync(bad);
        Assert.Equal((422, "failed", "broken", "System.InvalidOperationException"),
            ((int)bad.StatusCode, Text(failure, "status"), Text(failure, "error"), Text(failure, "errorType")));
        using var wrong = await programs.Silo.PostAsJsonAsync("/api/tasks/fibonacci/run", new { args = new[] { "ten" } }, Stop);
        Assert.Equal((400, "n"), ((int)wrong.StatusCode, Text(await JsonAsync(wrong), "parameter")));
        using var unknown = await programs.Silo.PostAsync("/api/tasks/nothing/run", null, Stop);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task Run_LongerThanItsTimeout_Is504()
    {
        using var response = await programs.WebA.PostAsJsonAsync("/api/tasks/sleep/run",
            new { args = new[] { 600_000 }, timeout = "00:00:00.3" }, Stop);
        Assert.Equal(504, (int)response.StatusCode);
        Assert.Equal("sleep", RunId.Parse(Text(await JsonAsync(response), "runId")).Task);
    }

    [Fact]
    public async Task Sleep_DispatchedHere_ReportsProgressAndIsCancelledThere()
    {
        await using var events = await EventReader.OpenAsync(programs.WebB, "/api/tasks/sleep/results");
        using var dispatched = await programs.WebA.PostAsJsonAsync("/api/tasks/sleep/dispatch", new { args = new[] { 600_000 } }, Stop);
        Assert.Equal(202, (int)dispatched.StatusCode);
        var address = dispatched.Headers.Location!.OriginalString;
        JsonElement run;
        do
        {
            run = await programs.WebB.GetFromJsonAsync<JsonElement>(address, Stop);
        }
        while (run.GetProperty("progress").ValueKind == JsonValueKind.Null);
        Assert.Equal("running", Text(run, "status"));
        Assert.InRange(run.GetProperty("progress").GetProperty("fraction").GetDouble(), 0, 1);
        using var cancelled = await programs.WebB.DeleteAsync(address, Stop);
        Assert.Equal(202, (int)cancelled.StatusCode);
        Assert.Equal("cancelled", Text(await ResultOfAsync(events, Text(run, "runId")), "status"));
    }

    [Fact]
    public async Task Task_RegisteredAtOneWebServer_RunsAndIsCancelledAtTheOther()
    {
        await using var events = await EventReader.OpenAsync(programs.WebB, "/api/results");
        using var put = await programs.WebA.PutAsJsonAsync("/api/tasks/often",
            new { handler = "fibonacci", schedule = new { every = "00:00:00.1" }, args = new[] { 7 } }, Stop);
        Assert.Equal((201, "/api/tasks/often"), ((int)put.StatusCode, put.Headers.Location?.OriginalString));
        JsonElement result;
        do
        {
            result = (await events.NextAsync()).Data;
        }
        while (Text(result, "task") != "often");
        Assert.Equal((13, "schedule"), (result.GetProperty("value").GetInt32(), Text(result, "trigger")));
        using var deleted = await programs.WebB.DeleteAsync("/api/tasks/often", Stop);
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal("cancelled", Text(await programs.Silo.GetFromJsonAsync<JsonElement>("/api/tasks/often", Stop), "state"));
    }

    [Fact]
    public async Task WebServer_KilledAndStartedAgain_ChangesNothingForTheSilo()
    {
        await using var silo = await EventReader.OpenAsync(programs.Silo, "/api/tasks/tick/results");
        var ticks = await silo.NextAsync(1);
        string last;
        await using (var before = await EventReader.OpenAsync(programs.WebB, "/api/tasks/tick/results"))
        {
            last = (await before.NextAsync()).Id!;
        }

        await programs.RestartWebBAsync(async () => ticks.AddRange(await silo.NextAsync(2)));
        ticks.AddRange(await silo.NextAsync(1));
        Assert.Equal(Enumerable.Range(0, 4).Select(i => ticks[0].Sequence + i), ticks.Select(t => t.Sequence));
        await using var after = await EventReader.OpenAsync(programs.WebB, "/api/tasks/tick/results", last);
        var resumed = await after.NextAsync(3);
        Assert.Equal(Enumerable.Range(1, 3).Select(i => long.Parse(last, null) + i), resumed.Select(t => t.Sequence));
        Assert.Equal("""{"value":13}""", await programs.WebB.GetStringAsync("/fibonacci/7", Stop));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("web")]
    public async Task RootAndOpenApi_ListTheEndpoints(string program)
    {
        var http = program == "silo" ? programs.Silo : programs.WebA;
        Assert.Contains("/api/tasks", await http.GetStringAsync("/", Stop), StringComparison.Ordinal);
        var document = await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop);
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/tasks/{name}/run", out _));
    }

    private static async Task<JsonElement> ResultOfAsync(EventReader events, string run)
    {
        while (true)
        {
            var received = await events.NextAsync();
            if (received.Type == "result" && Text(received.Data, "runId") == run)
            {
                return received.Data;
            }
        }
    }

    private static async Task<string> RunIdAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return Text(await JsonAsync(response), "runId");
        }
    }

    private static Task<JsonElement> JsonAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>(Stop);

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
