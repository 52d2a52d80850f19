using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests what the programs tell monitoring: traces over OTLP, and their health.</summary>
[Long]
public sealed class TelemetryProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-telemetry-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly int[] _ports = Servers.Ports.Take(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Web => $"http://127.0.0.1:{_ports[3]}";

    private string Silo => $"http://127.0.0.1:{_ports[0]}";

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Request_ThroughADispatchAndAKillOfTheSilo_IsOneTrace()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var web = StartWeb(receiver.Settings);
        await using (var first = await StartSiloAsync(receiver.Settings))
        {
            await web.WritesAsync("Application started.");
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Web}/api/tasks/greet/dispatch")
            {
                Content = JsonContent.Create(new { args = new[] { "hello" }, delay = "00:00:03" })
            };
            request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
            using var answer = await _http.SendAsync(request, Stop);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            await first.KillAsync();
        }

        await using var second = await StartSiloAsync(receiver.Settings);
        var attempt = await receiver.SpanAsync(trace, "attempt greet");
        var run = await receiver.SpanAsync(trace, "run greet");
        var dispatch = await receiver.SpanAsync(trace, "dispatch greet");
        Assert.Equal((run.SpanId, dispatch.SpanId), (attempt.ParentId, run.ParentId));

        // OTLP's numbers of the span kinds are: internal 1, producer 4, consumer 5.
        Assert.Equal((1, 5, 4), (attempt.Kind, run.Kind, dispatch.Kind));
    }

    [Fact]
    public async Task Ready_OfAWebServer_FollowsItsSilo()
    {
        await using var web = StartWeb([]);
        await using (var first = await StartSiloAsync([]))
        {
            await web.WritesAsync("Application started.");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Silo}/health/ready"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Silo}/health/live"));
            var ready = await _http.GetFromJsonAsync<JsonElement>($"{Web}/health/ready", Stop);
            Assert.Equal("Healthy", ready.GetProperty("status").GetString());
            Assert.Equal("started",
                ready.GetProperty("checks").GetProperty("orleanstasks-ready").GetProperty("data").GetProperty("scheduler").GetString());
            await first.KillAsync();
        }

        await UntilAsync($"{Web}/health/ready", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Web}/health/live"));
        await using var second = await StartSiloAsync([]);
        await UntilAsync($"{Web}/health/ready", HttpStatusCode.OK);
    }

    /// <summary>
    /// Repeats the request until it gets this status. Each answer takes as long as the web server needs to find the cluster, or to give up.
    /// </summary>
    private async Task UntilAsync(string url, HttpStatusCode status)
    {
        while (await StatusAsync(url) != status)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);
        }
    }

    private async Task<HttpStatusCode> StatusAsync(string url)
    {
        using var answer = await _http.GetAsync(url, Stop);
        return answer.StatusCode;
    }

    private ProgramProcess StartWeb(string[] more) =>
        ProgramProcess.Start("ClientSample",
            ["--urls", Web, "--Silo:GatewayPort", $"{_ports[2]}", "--Cluster:Provider", "Localhost", .. more]);

    private async Task<ProgramProcess> StartSiloAsync(string[] more)
    {
        var silo = ProgramProcess.Start(
            "Silo",
            [
                "--urls", Silo, "--Silo:Port", $"{_ports[1]}", "--Silo:GatewayPort", $"{_ports[2]}", "--Cluster:Provider", "Localhost",
                "--Storage:Provider", "Sqlite", "--Storage:ConnectionString", Path.Combine(_folder, "tasks.db"), .. more,
            ]);
        await silo.WritesAsync("/openapi/v1.json");
        return silo;
    }
}
