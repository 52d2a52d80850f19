using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests that a separate web server finds ended runs over HTTP, also after the silo has restarted.</summary>
[Long]
public sealed class RunSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-search-").FullName;
    private readonly int[] _ports = Servers.Ports.Take(4);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Runs_AfterASiloKill_AreFoundCountedAndRetried()
    {
        var failed = new List<string>();
        await using (var first = Start())
        {
            await first.WritesAsync("/openapi/v1.json");
            await using var web = Web();
            await web.WritesAsync("Application started.");
            for (var n = 0; n < 6; n++)
            {
                var task = n % 2 == 0 ? "fail" : "fibonacci";
                var answer = await SendAsync("POST", $"tasks/{task}/dispatch",
                    n % 2 == 0 ? new { args = new object[] { $"order-{n}" } } : new { args = new object[] { n } }, 202);
                failed.AddRange(n % 2 == 0 ? [answer.GetProperty("runId").GetString()!] : []);
            }

            await FoundAsync("status=failed,timedOut", 3);
            Assert.Equal(400, (int)(await SendAsync("GET", "runs?status=running", null, 400)).GetProperty("status").GetInt32());
            Assert.Contains("colour", (await SendAsync("GET", "runs?colour=red", null, 400)).GetProperty("detail").GetString(),
                StringComparison.Ordinal);
            await SendAsync("POST", $"runs/{failed[1]}/acknowledge", new { note = "disk full" }, 200);
            await first.KillAsync();
        }

        await using var second = Start();
        await second.WritesAsync("/openapi/v1.json");
        await using var again = Web();
        await again.WritesAsync("Application started.");
        var found = await FoundAsync("status=failed&task=fail", 3);
        Assert.Equal(failed.Order(), found.Select(static r => r.GetProperty("runId").GetString()).Order());
        Assert.Equal("order-2", Assert.Single(await FoundAsync("text=ORDER-2", 1)).GetProperty("arguments")[0].GetString());
        Assert.Equal(3,
            (await SendAsync("GET", "runs/counts?by=task&status=failed", null, 200)).GetProperty("counts").GetProperty("fail").GetInt32());

        var seen = Assert.Single(await FoundAsync("deadLetter=acknowledged", 1));
        Assert.Equal((failed[1], "disk full"),
            (seen.GetProperty("runId").GetString(), seen.GetProperty("marks")[0].GetProperty("note").GetString()));
        Assert.Equal("acknowledged", seen.GetProperty("deadLetter").GetString());

        var page = await SendAsync("GET", "runs?task=fail&limit=2&order=due", null, 200);
        Assert.Equal(2, page.GetProperty("items").GetArrayLength());
        var rest = await SendAsync("GET", $"runs?task=fail&limit=2&order=due&after={page.GetProperty("next").GetString()}", null, 200);
        Assert.Equal(failed[2], Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("runId").GetString());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);

        var retry = (await SendAsync("POST", $"runs/{failed[0]}/retry", new { }, 202)).GetProperty("runId").GetString();
        var retried =
            (await FoundAsync("status=failed&task=fail&order=-due&limit=1", 1, r => r.GetProperty("runId").GetString() == retry))[0];
        // Retries all at once: by a query that finds more runs than fit on a page, and by their ids.
        Assert.Contains("Neither a query nor", (await SendAsync("POST", "runs/retry", new { }, 400)).GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        var operation =
            (await SendAsync("POST",
                $"runs/retry?task=fail&status=failed&to={Uri.EscapeDataString(retried.GetProperty("scheduledAt").GetString()!)}", null,
                202)).GetProperty("runId").GetString();
        var value = (await FoundAsync("task=orleanstasks.retry-runs", 1))[0];
        Assert.Equal((operation, 3),
            (value.GetProperty("runId").GetString(), value.GetProperty("result").GetProperty("value").GetProperty("done").GetInt32()));
        await FoundAsync("task=fail&status=failed", 7);
        await SendAsync("POST", "runs/retry", new { runIds = failed.Take(2) }, 202);
        await FoundAsync("task=fail&status=failed", 9);

        Assert.Equal((failed[0], "order-0"), (retried.GetProperty("retryOf").GetString(), retried.GetProperty("arguments")[0].GetString()));
    }

    private async Task<IReadOnlyList<JsonElement>> FoundAsync(string query, int count, Func<JsonElement, bool>? fits = null)
    {
        while (true)
        {
            var items = (await SendAsync("GET", $"runs?{query}", null, 200)).GetProperty("items").EnumerateArray().ToList();
            if (items.Count == count && items.All(fits ?? (static _ => true)))
            {
                return items;
            }
        }
    }

    private async Task<JsonElement> SendAsync(string method, string path, object? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{_ports[2]}/api/{path}"));
        request.Content = body is null ? null : JsonContent.Create(body);
        using var answer = await _http.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(status == (int)answer.StatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private ProgramProcess Web() =>
        ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:GatewayPort", $"{_ports[1]}",
            "--Cluster:Provider", "Localhost");

    private ProgramProcess Start() => ProgramProcess.Start(
        "Silo", "--urls", $"http://127.0.0.1:{_ports[3]}", "--Silo:Port", $"{_ports[0]}", "--Silo:GatewayPort", $"{_ports[1]}",
        "--Storage:ConnectionString", Path.Combine(_folder, "tasks.db"));
}
