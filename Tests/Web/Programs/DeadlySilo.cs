using System.Net.Http.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Runs a real silo with handlers that end its process. It starts again each time, and a web server outlives it.</summary>
internal sealed class DeadlySilo : IDisposable
{
    /// <summary>The number of silos that a run may cost by default.</summary>
    public const int MaxLosses = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-deadly-").FullName;
    private readonly int[] _ports = Servers.Ports.Take(3);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(120) };

    /// <summary>Gets how often a handler or its argument has ended the process.</summary>
    public int Deaths => File.ReadAllLines(Path.Combine(_folder, "silo.records")).Length;

    public void Dispose()
    {
        Http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Returns an address of the web server.</summary>
    public Uri Url(string path) => new($"http://127.0.0.1:{_ports[2]}{path}");

    public async Task<ProgramProcess> StartWebAsync()
    {
        var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:GatewayPort", $"{_ports[1]}",
            "--Cluster:Provider", "Localhost");
        await web.WritesAsync("Application started.");
        return web;
    }

    public async Task<ProgramProcess> StartAsync()
    {
        var silo = ProgramProcess.Start(
            "Tests/Chaos", "silo", "--store", "sqlite", "--connection", Path.Combine(_folder, "tasks.db"), "--port", $"{_ports[0]}",
            "--gateway", $"{_ports[1]}", "--records", Path.Combine(_folder, "silo.records"), "--clock",
            Path.Combine(_folder, "silo.clock"));
        await silo.WritesAsync("ready");
        return silo;
    }

    /// <summary>Registers a task through the web server.</summary>
    public async Task RegisterAsync(string task, object registration)
    {
        var stop = TestContext.Current.CancellationToken;
        using var answer = await Http.PutAsJsonAsync(Url($"/api/tasks/{task}"), registration, stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(stop));
    }
}
