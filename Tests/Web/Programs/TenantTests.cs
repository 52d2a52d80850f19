using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests a silo's filter, which passes the tenant from a run's headers to the services of its handler.</summary>
[Long]
public sealed class TenantTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-tenant-").FullName;
    private readonly int[] _ports = Servers.Ports.Take(3);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>
    /// A dispatched run keeps its tenant after the silo that accepted it was killed and another process has taken its place.
    /// </summary>
    [Fact]
    public async Task Tenant_OfADispatchedRun_IsKeptAfterASiloKill()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "clock"), "0", Stop);
        await using var first = Start();
        await first.WritesAsync("ready");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:GatewayPort",
            $"{_ports[1]}", "--Cluster:Provider", "Localhost");
        await web.WritesAsync("Application started.");
        var now = await PostAsync("run", new { headers = new { tenant = "acme" } }, 200);
        Assert.Equal(("acme", "acme"),
            (now.GetProperty("value").GetString(), now.GetProperty("headers").GetProperty("tenant").GetString()));
        var run = (await PostAsync("dispatch", new { delay = "00:00:03", headers = new { tenant = "umbrella" } }, 202)).GetProperty("runId")
            .GetString();
        await first.KillAsync();

        await using var second = Start();
        await second.WritesAsync("ready");
        var after = await ResultAsync(run!);
        Assert.Equal(("succeeded", "umbrella", "umbrella"),
            (after.GetProperty("status").GetString(), after.GetProperty("value").GetString(),
                after.GetProperty("headers").GetProperty("tenant").GetString()));
    }

    /// <summary>Listens to all results from the first one, until the run's result arrives.</summary>
    private async Task<JsonElement> ResultAsync(string run)
    {
        await using var results = await EventReader.OpenAsync(_http, $"{Url("tasks/tenant/results")}", lastEventId: "0");
        while (true)
        {
            var result = await results.NextAsync();
            if (result.Type == "result" && result.Data.GetProperty("runId").GetString() == run)
            {
                return result.Data;
            }
        }
    }

    private async Task<JsonElement> PostAsync(string verb, object body, int status)
    {
        using var answer = await _http.PostAsJsonAsync(Url($"tasks/tenant/{verb}"), body, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(status == (int)answer.StatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_ports[2]}/api/{path}");

    private ProgramProcess Start() => ProgramProcess.Start(
        "Tests/Chaos", "silo", "--store", "sqlite", "--connection", Path.Combine(_folder, "tasks.db"), "--port", $"{_ports[0]}",
        "--gateway", $"{_ports[1]}",
        "--records", Path.Combine(_folder, "records"), "--clock", Path.Combine(_folder, "clock"));
}
