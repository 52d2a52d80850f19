using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>A run that ends the process of its silo, with a real silo that is started again each time, and a web server that outlives it.</summary>
public sealed class DeadlyRunTests : IDisposable
{
    private const int MaxLosses = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-deadly-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(120) };
    private readonly int[] _ports = Servers.Ports.Take(3);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>How many handlers have ended their process.</summary>
    private int Deaths => File.ReadAllLines(Path.Combine(_folder, "silo.records")).Length;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="handler">One that ends its process, or throws what does so when it is read: no code can catch that the stack overflows.</param>
    [Theory]
    [InlineData("deadly")]
    [InlineData("endless")]
    public async Task Restart_WithARunThatEndsTheProcess_AnswersEachTimeAndEndsTheRunAsLost(string handler)
    {
        await using var first = await StartSiloAsync();
        await using var web = await StartWebAsync();

        // Not at once, or the answer would be lost with the silo.
        using var answer = await _http.PostAsJsonAsync(Url($"/api/tasks/{handler}/dispatch"), new { delay = "00:00:02" }, Stop);
        Assert.Equal(202, (int)answer.StatusCode);
        var run = (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("runId").GetString()!;
        Assert.NotEqual(0, await first.EndsAsync());

        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await StartSiloAsync();

            // It answers before it takes the run up again. It may be reading yet what came of it.
            JsonElement info;
            do
            {
                info = await RunAsync(run);
            }
            while (info.GetProperty("losses").GetInt32() < losses && info.GetProperty("status").GetString() == "waiting");

            Assert.True(info.GetProperty("losses").GetInt32() == losses, info.GetRawText());
            Assert.NotEqual(0, await silo.EndsAsync());
            Assert.Contains("was lost while these runs were under way or about to begin: " + run, silo.Output, StringComparison.Ordinal);
        }

        await using var last = await StartSiloAsync();
        JsonElement ended;
        do
        {
            ended = await RunAsync(run);
        }
        while (ended.GetProperty("status").GetString() is "pending" or "waiting");

        Assert.True(ended.GetProperty("status").GetString() == "lost", ended.GetRawText());
        Assert.Contains("MaxLosses", ended.GetProperty("result").GetProperty("error").GetString(), StringComparison.Ordinal);
        await last.WritesAsync("is not tried again: its handler may end its process");
    }

    [Fact]
    public async Task Restart_WithAScheduleWhoseOccurrencesEndTheProcess_PausesIt()
    {
        await using var first = await StartSiloAsync();
        await using var web = await StartWebAsync();
        using var answer = await _http.PutAsJsonAsync(Url("/api/tasks/ends"), new { handler = "deadly", schedule = new { every = "PT2S" } }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
        Assert.NotEqual(0, await first.EndsAsync());

        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await StartSiloAsync();
            Assert.NotEqual(0, await silo.EndsAsync());
        }

        await using var last = await StartSiloAsync();
        await last.WritesAsync("ends is paused: 3 times in a row the silo of an occurrence was lost.");
        var info = await _http.GetFromJsonAsync<JsonElement>(Url("/api/tasks/ends"), Stop);
        Assert.True(info.GetProperty("state").GetString() == "paused", info.GetRawText());
    }

    /// <summary>The silos are counted by what the handler writes down before it ends its process.</summary>
    [Fact]
    public async Task Restart_WithAScheduleThatIsRepeatedAndEndsTheProcess_CostsNoMoreSilosThanTheLimitSays()
    {
        await using var silo = await StartSiloAsync();
        await using var web = await StartWebAsync();
        await RegisterAsync("ends", new { handler = "mortal", schedule = new { every = "PT2S" }, options = new { guarantee = "AtLeastOnce" } });
        Assert.NotEqual(0, await silo.EndsAsync());
        await EndSilosAsync();

        await using var last = await StartSiloAsync();
        await last.WritesAsync("ends is paused: 3 times in a row the silo of an occurrence was lost.");
        var info = await _http.GetFromJsonAsync<JsonElement>(Url("/api/tasks/ends"), Stop);
        Assert.True(info.GetProperty("state").GetString() == "paused", info.GetRawText());
        Assert.Equal(MaxLosses, Deaths);
    }

    [Fact]
    public async Task Restart_WithAnAwaitedRunThatIsRepeatedAndEndsTheProcess_CostsNoMoreSilosThanTheLimitSays()
    {
        await using var silo = await StartSiloAsync();
        await using var web = await StartWebAsync();
        await RegisterAsync("ends", new { handler = "mortal", options = new { guarantee = "AtLeastOnce" } });
        var call = _http.PostAsJsonAsync(Url("/api/tasks/ends/run"), new { }, Stop);
        Assert.NotEqual(0, await silo.EndsAsync());

        // Where the connection to all silos is lost, the caller learns of that only when its call has taken too long; it may give up before the limit is reached.
        while (!call.IsCompleted)
        {
            await using var next = await StartSiloAsync();
            await Task.WhenAny(call, next.EndsAsync());
        }

        using var answer = await call;
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True((int)answer.StatusCode is 422 or 503, text);
        Assert.Contains((int)answer.StatusCode == 422 ? "\"lost\"" : "out of reach", text, StringComparison.Ordinal);
        Assert.InRange(Deaths, 2, MaxLosses);
    }

    /// <summary>Starts the silo anew, until it has been ended as often as it may.</summary>
    private async Task EndSilosAsync()
    {
        for (var losses = 1; losses < MaxLosses; losses++)
        {
            await using var silo = await StartSiloAsync();
            Assert.NotEqual(0, await silo.EndsAsync());
        }
    }

    private async Task<ProgramProcess> StartWebAsync()
    {
        var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:GatewayPort", $"{_ports[1]}", "--Cluster:Provider", "Localhost");
        await web.WritesAsync("Application started.");
        return web;
    }

    private async Task RegisterAsync(string task, object registration)
    {
        using var answer = await _http.PutAsJsonAsync(Url($"/api/tasks/{task}"), registration, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<JsonElement> RunAsync(string run) => await _http.GetFromJsonAsync<JsonElement>(Url($"/api/runs/{Uri.EscapeDataString(run)}"), Stop);

    private Uri Url(string path) => new($"http://127.0.0.1:{_ports[2]}{path}");

    private async Task<ProgramProcess> StartSiloAsync()
    {
        var silo = ProgramProcess.Start(
            "Tests/Chaos", "silo", "--store", "sqlite", "--connection", Path.Combine(_folder, "tasks.db"), "--port", $"{_ports[0]}", "--gateway", $"{_ports[1]}", "--records", Path.Combine(_folder, "silo.records"), "--clock", Path.Combine(_folder, "silo.clock"));
        await silo.WritesAsync("ready");
        return silo;
    }
}
