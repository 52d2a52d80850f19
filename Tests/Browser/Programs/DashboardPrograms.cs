using System.Net.Http.Json;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Browser;

/// <summary>
/// Runs a silo that keeps its tasks in a file, a web server, and one whose dashboard is read-only. Each is a process with its own ports.
/// </summary>
public sealed class DashboardPrograms : IAsyncLifetime
{
    private readonly int[] _ports = Servers.Ports.Take(5);
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-dash-").FullName;
    private ProgramProcess? _silo;
    private ProgramProcess? _web;
    private ProgramProcess? _readOnly;

    public Chromium Chromium { get; } = new();

    public string Silo => $"http://127.0.0.1:{_ports[2]}";

    public string Web => $"http://127.0.0.1:{_ports[3]}";

    public string ReadOnly => $"http://127.0.0.1:{_ports[4]}";

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public async ValueTask InitializeAsync()
    {
        await Chromium.InitializeAsync();
        if (Chromium.Missing is not null)
        {
            return;
        }

        await StartSiloAsync();
        _web = StartWeb(Web);
        _readOnly = StartWeb(ReadOnly, "--Dashboard:ReadOnly", "true", "--Dashboard:Title", "Look, do not touch");
        await Task.WhenAll(_web.WritesAsync("Application started."), _readOnly.WritesAsync("Application started."));
    }

    internal async Task StartSiloAsync()
    {
        _silo = ProgramProcess.Start(
            "Silo", "--urls", Silo, "--Silo:Port", $"{_ports[0]}", "--Silo:GatewayPort", $"{_ports[1]}", "--Storage:Provider", "Sqlite",
            "--Storage:ConnectionString", Path.Combine(_folder, "tasks.db"));
        await _silo.WritesAsync("/openapi/v1.json");
    }

    internal Task KillSiloAsync() => _silo!.KillAsync();

    /// <summary>Kills the web server as a crash would, runs the given action, and starts the web server again.</summary>
    internal async Task RestartWebAsync(Func<Task> meanwhile)
    {
        await _web!.KillAsync();
        await meanwhile();
        _web = StartWeb(Web);
        await _web.WritesAsync("Application started.");
    }

    public async Task PutAsync(string task, object body)
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var response = await Http.PutAsJsonAsync($"{Silo}/api/tasks/{task}", body, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        foreach (var program in new[] { _readOnly, _web, _silo }.OfType<ProgramProcess>())
        {
            await program.DisposeAsync();
        }

        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private ProgramProcess StartWeb(string address, params string[] more) =>
        ProgramProcess.Start("ClientSample", ["--urls", address, "--Silo:GatewayPort", $"{_ports[1]}", .. more]);
}

/// <summary>Groups the tests that share the programs and run one after the other.</summary>
[CollectionDefinition("dashboard")]
public sealed class DashboardCollection : ICollectionFixture<DashboardPrograms>;
