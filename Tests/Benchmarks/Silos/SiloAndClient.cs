using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>Runs a silo in a separate process, and a client of it in this one.</summary>
internal sealed class SiloAndClient : IAsyncDisposable
{
    private readonly SiloProcess? _silo;
    private readonly int _gatewayPort;
    private readonly IHost _host;

    private SiloAndClient(SiloProcess? silo, int gatewayPort, IHost host) => (_silo, _gatewayPort, _host) = (silo, gatewayPort, host);

    public ITaskClient Tasks => _host.Services.GetRequiredService<ITaskClient>();

    public IClusterClient Cluster => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Starts both. The verb selects the silo.</summary>
    public static async Task<SiloAndClient> StartAsync(string verb = SiloProcess.Verb)
    {
        var silo = await SiloProcess.StartAsync(verb);
        return await ConnectAsync(silo, silo.GatewayPort);
    }

    /// <summary>Creates another client of the same silo. It must not outlive this one.</summary>
    public Task<SiloAndClient> ConnectAsync() => ConnectAsync(null, _gatewayPort);

    private static async Task<SiloAndClient> ConnectAsync(SiloProcess? silo, int gatewayPort)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort).AddTaskClient());
        var host = builder.Build();
        await host.StartAsync();
        return new SiloAndClient(silo, gatewayPort, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }
    }
}
