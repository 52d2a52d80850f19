namespace OrleansTasks.Tests.Web;

/// <summary>Runs a silo that stores tasks in memory, and a web server. Each is a process with its own ports.</summary>
internal sealed class SiloAndWeb : IAsyncDisposable
{
    private readonly int[] _ports = Servers.Ports.Take(4);
    private ProgramProcess? _silo;
    private ProgramProcess? _web;

    private SiloAndWeb()
    {
        AtSilo = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports[2]}") };
        AtWeb = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_ports[3]}") };
    }

    public ProgramProcess Silo => _silo!;

    public ProgramProcess Web => _web!;

    public HttpClient AtSilo { get; }

    public HttpClient AtWeb { get; }

    public static async Task<SiloAndWeb> StartAsync()
    {
        var programs = new SiloAndWeb();
        try
        {
            programs._silo = programs.StartSilo();
            await programs.Silo.WritesAsync("/openapi/v1.json");
            programs._web = ProgramProcess.Start(
                "ClientSample", "--urls", $"http://127.0.0.1:{programs._ports[3]}", "--Silo:GatewayPort", $"{programs._ports[1]}");
            await programs.Web.WritesAsync("Application started.");
            return programs;
        }
        catch
        {
            await programs.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo at the ports of the first one, which must have ended. The caller ends it.</summary>
    public ProgramProcess StartSilo() => ProgramProcess.Start(
        "Silo", "--urls", $"http://127.0.0.1:{_ports[2]}", "--Silo:Port", $"{_ports[0]}", "--Silo:GatewayPort", $"{_ports[1]}",
        "--Storage:Provider", "Memory");

    public async ValueTask DisposeAsync()
    {
        AtSilo.Dispose();
        AtWeb.Dispose();
        foreach (var program in new[] { _web, _silo }.OfType<ProgramProcess>())
        {
            await program.DisposeAsync();
        }
    }
}
