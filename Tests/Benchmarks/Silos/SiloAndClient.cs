using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks;

/// <summary>A silo in a process of its own, and a client of it in this one.</summary>
internal sealed class SiloAndClient : IAsyncDisposable
{
    private readonly SiloProcess _silo;
    private readonly IHost _host;

    private SiloAndClient(SiloProcess silo, IHost host) => (_silo, _host) = (silo, host);

    public ITaskClient Tasks => _host.Services.GetRequiredService<ITaskClient>();

    public IClusterClient Cluster => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Starts both; which silo, the verb says.</summary>
    public static async Task<SiloAndClient> StartAsync(string verb = SiloProcess.Verb)
    {
        var silo = await SiloProcess.StartAsync(verb);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleansClient(client => client.UseLocalhostClustering(silo.GatewayPort).AddTaskClient());
        var host = builder.Build();
        await host.StartAsync();
        return new SiloAndClient(silo, host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _silo.DisposeAsync();
    }
}
