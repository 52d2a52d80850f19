using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests what a silo with a storage file still has after it was killed or stopped.</summary>
[Long]
public sealed class DurableSiloTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-silo-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private int[] _ports = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restart_AfterAStopOfAnyKind_HasTasksPendingRunsAndHistory(bool killed)
    {
        Assert.SkipWhen(!killed && OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        string pending;
        string done;
        await using (var first = await StartAsync())
        {
            using var put = await _http.PutAsJsonAsync(Url("/api/tasks/mine"),
                new { handler = "greet", schedule = new { every = "01:00:00" }, args = new[] { "kept" } }, Stop);
            Assert.Equal(201, (int)put.StatusCode);
            pending = await DispatchAsync("fibonacci", new { args = new[] { 50 }, delay = "00:00:03" });
            done = await DispatchAsync("fibonacci", new { args = new[] { 40 } });
            await ResultAsync(done);
            if (killed)
            {
                await first.KillAsync();
            }
            else
            {
                first.Terminate();
                Assert.Equal(0, await first.EndsAsync());
            }
        }

        await using var second = await StartAsync();
        var mine = await _http.GetFromJsonAsync<JsonElement>(Url("/api/tasks/mine"), Stop);
        Assert.Equal("every hour", mine.GetProperty("scheduleDescription").GetString());
        Assert.Equal(102334155, (await ResultAsync(done)).GetProperty("value").GetInt64());
        Assert.Equal(12586269025, (await ResultAsync(pending)).GetProperty("value").GetInt64());
        Assert.Contains(Path.Combine(_folder, "tasks.db"), second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAFileInUse_EndsWithOneClearError()
    {
        await using var first = await StartAsync();
        var ports = Servers.Ports.Take(3);
        await using var second = Start(ports);

        Assert.Equal(1, await second.EndsAsync());
        Assert.Contains("in use by another silo", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
    }

    private async Task<string> DispatchAsync(string task, object body)
    {
        using var answer = await _http.PostAsJsonAsync(Url($"/api/tasks/{task}/dispatch"), body, Stop);
        Assert.Equal(202, (int)answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("runId").GetString()!;
    }

    /// <summary>Listens to all results of fibonacci from the first one, until the run's result arrives.</summary>
    private async Task<JsonElement> ResultAsync(string run)
    {
        await using var results = await EventReader.OpenAsync(_http, $"{Url("/api/tasks/fibonacci/results")}", lastEventId: "0");
        while (true)
        {
            var result = await results.NextAsync();

            // After a kill there is also a gap event, since reserved numbers stay unused.
            if (result.Type == "result" && result.Data.GetProperty("runId").GetString() == run)
            {
                return result.Data;
            }
        }
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_ports[2]}{path}");

    private async Task<ProgramProcess> StartAsync()
    {
        _ports = Servers.Ports.Take(3);
        var silo = Start(_ports);
        await silo.WritesAsync("/openapi/v1.json");
        return silo;
    }

    private ProgramProcess Start(int[] ports) => ProgramProcess.Start(
        "Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}", "--Silo:GatewayPort", $"{ports[1]}",
        "--Storage:ConnectionString", Path.Combine(_folder, "tasks.db"));
}
