using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests a silo whose disk becomes full. Silo and web server are processes, on a real file system of a few megabytes.</summary>
[Long]
public sealed partial class FullDiskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-full-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(75) };
    private readonly int[] _ports = Servers.Ports.Take(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Filler => Path.Combine(_folder, "filler");

    public void Dispose()
    {
        _http.Dispose();
        Run("umount", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task FullDisk_UntilSpaceIsFree_IsReportedAndLosesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _folder),
            "Needs the right to mount a small file system.");
        await using var silo = ProgramProcess.Start(
            "Silo", "--urls", $"http://127.0.0.1:{_ports[0]}", "--Silo:Port", $"{_ports[1]}", "--Silo:GatewayPort", $"{_ports[2]}",
            "--Storage:ConnectionString", Path.Combine(_folder, "tasks.db"));
        await silo.WritesAsync("/openapi/v1.json");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{_ports[3]}", "--Silo:GatewayPort",
            $"{_ports[2]}", "--Cluster:Provider", "Localhost");
        await web.WritesAsync("Application started.");
        var early = await AcknowledgedAsync("early");
        Fill();

        // Includes a task that was not in memory, and a run that starts although its result cannot get a number.
        var answers = await Task.WhenAll(
            _http.PostAsJsonAsync(Url("/api/tasks/greet/dispatch"), Long("late"), Stop),
            _http.PutAsJsonAsync(Url("/api/tasks/new"),
                new { handler = "greet", schedule = new { every = "PT1H" }, args = new[] { new string('x', 60_000) } }, Stop),
            _http.PostAsJsonAsync(Url("/api/tasks/fibonacci/run"), new { args = new[] { 13 } }, Stop));
        foreach (var answer in answers)
        {
            var text = await answer.Content.ReadAsStringAsync(Stop);
            Assert.True(answer.StatusCode == System.Net.HttpStatusCode.ServiceUnavailable, text);
            Assert.Contains("storage-unavailable", text, StringComparison.Ordinal);
            Assert.Contains("full", text, StringComparison.Ordinal);
            answer.Dispose();
        }

        File.Delete(Filler);
        var late = await AcknowledgedAsync("later");
        await silo.WritesAsync("Storage works again.");
        foreach (var run in new[] { early, late })
        {
            var info = await _http.GetFromJsonAsync<JsonElement>(Url($"/api/runs/{Uri.EscapeDataString(run)}"), Stop);
            Assert.Equal("pending", info.GetProperty("status").GetString());
        }

        var ledger = await LedgerAsync();
        Assert.True(ledger.GetProperty("missed").GetInt32() > 5, ledger.GetRawText());

        // On a slow machine, a run of the first seconds may still be active when the next is due.
        Assert.All(ledger.GetProperty("ranges").EnumerateArray(),
            r => Assert.Contains($"{r.GetProperty("outcome")}/{r.GetProperty("reason")}",
                new[] { "fired/onTime", "fired/late", "missed/outage", "skipped/overlap" }));
        Assert.Single(Fails().Matches(silo.Output));
        Assert.Single(Works().Matches(silo.Output));
    }

    [GeneratedRegex(@"Writing to storage failed, first for .*disk is full")]
    private static partial Regex Fails();

    [GeneratedRegex(@"Storage works again\.")]
    private static partial Regex Works();

    private static object Long(string message) => new { args = new[] { message + new string('x', 60_000) }, delay = "PT10M" };

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }

    /// <summary>Fills the remaining space.</summary>
    private void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    /// <summary>Dispatches until the dispatch is acknowledged.</summary>
    private async Task<string> AcknowledgedAsync(string message)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await _http.PostAsJsonAsync(Url("/api/tasks/greet/dispatch"), Long(message), Stop);
            if (answer.IsSuccessStatusCode)
            {
                return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("runId").GetString()!;
            }

            Assert.True(tries < 3, await answer.Content.ReadAsStringAsync(Stop));
        }
    }

    /// <summary>Returns the ledger as soon as it reports the outage.</summary>
    private async Task<JsonElement> LedgerAsync()
    {
        for (var tries = 0; ; tries++)
        {
            var ledger = await _http.GetFromJsonAsync<JsonElement>(Url("/api/tasks/tick/ledger?limit=50"), Stop);
            if (ledger.GetProperty("missed").GetInt32() > 0 || tries == 1000)
            {
                return ledger;
            }
        }
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_ports[3]}{path}");
}
