namespace OrleansTasks.Tests.Web;

/// <summary>Runs a silo and two web servers. Each is a process with its own ports.</summary>
public sealed class RunningPrograms : IAsyncLifetime
{
    private readonly int[] _ports = Servers.Ports.Take(5);
    private readonly List<ProgramProcess> _ended = [];
    private ProgramProcess _silo = null!;
    private ProgramProcess _webA = null!;
    private ProgramProcess _webB = null!;

    public HttpClient Silo { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public HttpClient WebA { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public HttpClient WebB { get; } = new() { Timeout = TimeSpan.FromSeconds(60) };

    public string Output =>
        string.Join('\n', _ended.Append(_silo).Append(_webA).Append(_webB).Where(p => p is not null).Select(p => p.Output));

    public async ValueTask InitializeAsync()
    {
        Silo.BaseAddress = AddressOf(2);
        WebA.BaseAddress = AddressOf(3);
        WebB.BaseAddress = AddressOf(4);
        _silo = ProgramProcess.Start(
            "Silo", "--urls", $"{Silo.BaseAddress}", "--Silo:Port", $"{_ports[0]}", "--Silo:GatewayPort", $"{_ports[1]}",
            "--Cluster:Provider", "Localhost", "--Storage:Provider", "Memory");
        await _silo.WritesAsync("/openapi/v1.json");
        _webA = StartWeb(WebA);
        _webB = StartWeb(WebB);
        await Task.WhenAll(_webA.WritesAsync("Application started."), _webB.WritesAsync("Application started."));
    }

    /// <summary>Kills the second web server as a crash would, runs the given action, and starts the web server again.</summary>
    internal async Task RestartWebBAsync(Func<Task> meanwhile)
    {
        await _webB.KillAsync();
        _ended.Add(_webB);
        await meanwhile();
        _webB = StartWeb(WebB);
        await _webB.WritesAsync("Application started.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _ended.Append(_webA).Append(_webB).Append(_silo).Where(p => p is not null))
        {
            await program.DisposeAsync();
        }

        Silo.Dispose();
        WebA.Dispose();
        WebB.Dispose();
    }

    private ProgramProcess StartWeb(HttpClient web) =>
        ProgramProcess.Start("ClientSample", "--urls", $"{web.BaseAddress}", "--Silo:GatewayPort", $"{_ports[1]}", "--Cluster:Provider",
            "Localhost");

    private Uri AddressOf(int port) => new($"http://127.0.0.1:{_ports[port]}");
}
