using System.Globalization;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests that a silo on a machine in Tokyo reads times without an offset as UTC, in every body and query.</summary>
public sealed class HostZoneTests : IAsyncLifetime
{
    private readonly int[] _ports = Servers.Ports.Take(3);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private ProgramProcess _silo = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _http.BaseAddress = new Uri($"http://127.0.0.1:{_ports[2]}/api/");
        _silo = ProgramProcess.StartIn(
            "Asia/Tokyo", "Silo", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:Port", $"{_ports[0]}", "--Silo:GatewayPort",
            $"{_ports[1]}", "--Storage:Provider", "Memory");
        await _silo.WritesAsync("/openapi/v1.json");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Instants_WithoutAnOffset_AreInUtcWhereverTheyAreGiven()
    {
        // Times in a registration.
        var task = await SendAsync(HttpMethod.Put, "tasks/t",
            """{"handler":"fibonacci","args":[1],"schedule":{"cron":"0 9 * * """
                + """*","start":"2030-01-01T09:00:00","end":"2031-01-01T00:00:00"}}""");
        Assert.Equal("2030-01-01T09:00:00+00:00", task.GetProperty("nextDue").GetString());
        Assert.Equal("2030-01-01T09:00:00+00:00", task.GetProperty("schedule").GetProperty("start").GetString());
        var rule = await SendAsync(HttpMethod.Put, "tasks/r",
            """{"handler":"fibonacci","args":[1],"schedule":{"rrule":"FREQ=DAILY","start":"2030-01-01T09:00:00","exdates":"""
                + """["2030-01-01T09:00:00"]}}""");
        Assert.Equal("2030-01-02T09:00:00+00:00", rule.GetProperty("nextDue").GetString());
        var once = await SendAsync(HttpMethod.Put, "tasks/o",
            """{"handler":"fibonacci","args":[1],"schedule":{"at":"2030-01-01T09:00:00"}}""");
        Assert.Equal("2030-01-01T09:00:00+00:00", once.GetProperty("nextDue").GetString());
        var every = await SendAsync(HttpMethod.Put, "tasks/e",
            """{"handler":"fibonacci","args":[1],"schedule":{"every":"1.00:00:00","anchor":"2030-01-01T09:00:00"}}""");
        Assert.Equal(9, every.GetProperty("nextDue").GetDateTimeOffset().UtcDateTime.Hour);

        // Times in a query.
        var occurrences = await SendAsync(HttpMethod.Get, "tasks/t/occurrences?from=2030-05-01T09:00:00&to=2030-05-02T08:59:59");
        Assert.Equal("2030-05-01T09:00:00+00:00",
            Assert.Single(occurrences.GetProperty("items").EnumerateArray()).GetProperty("utc").GetString());

        // Times in a preview, a pause and a dispatch.
        var preview = await SendAsync(HttpMethod.Post, "tasks/t/preview",
            """{"schedule":{"cron":"0 10 * * *"},"from":"2030-05-01T09:30:00","to":"2030-05-01T10:00:00"}""");
        Assert.Equal("2030-05-01T10:00:00+00:00",
            Assert.Single(preview.GetProperty("added").EnumerateArray()).GetProperty("utc").GetString());
        Assert.Equal("2030-05-01T09:30:00+00:00", preview.GetProperty("from").GetString());
        var paused = await SendAsync(HttpMethod.Post, "tasks/t/pause", """{"until":"2030-06-01T09:00:00"}""");
        Assert.Equal("2030-06-01T09:00:00+00:00", paused.GetProperty("pausedUntil").GetString());
        var dispatched = await SendAsync(HttpMethod.Post, "tasks/fibonacci/dispatch", """{"args":[1],"at":"2030-01-01T09:00:00"}""");
        Assert.Equal("2030-01-01T09:00:00+00:00",
            (await SendAsync(HttpMethod.Get, $"runs/{dispatched.GetProperty("runId").GetString()}")).GetProperty("scheduledAt")
                .GetString());

        // In Tokyo time this would be eight hours ago, and the run would have expired.
        var soon = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var wanted = await SendAsync(HttpMethod.Post, "tasks/fibonacci/dispatch", $$"""{"args":[1],"expiresAt":"{{soon}}"}""");
        Assert.NotEqual("expired", await EndAsync(wanted.GetProperty("runId").GetString()!));

        // The period starts and ends at the same instant, and contains one occurrence.
        var made = await SendAsync(HttpMethod.Post, "tasks/b/backfill", """{"from":"2026-01-01T09:00:00","to":"2026-01-01T09:00:00"}""",
            before: ("tasks/b", """{"handler":"fibonacci","args":[1],"schedule":{"every":"1.00:00:00","anchor":"2026-01-01T09:00:00"}}"""));
        Assert.Equal(1, made.GetProperty("runIds").GetArrayLength());
    }

    private async Task<string?> EndAsync(string run)
    {
        JsonElement found;
        do
        {
            found = await SendAsync(HttpMethod.Get, $"runs/{run}");
        }
        while (found.GetProperty("status").GetString() is "pending" or "running" or "waiting");

        return found.GetProperty("status").GetString();
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body = null,
        (string Path, string Body)? before = null)
    {
        if (before is var (first, registration))
        {
            await SendAsync(HttpMethod.Put, first, registration);
        }

        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : new StringContent(body, null, "application/json")
        };
        using var response = await _http.SendAsync(request, Stop);
        var text = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
