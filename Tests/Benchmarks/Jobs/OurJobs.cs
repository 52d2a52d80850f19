using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>Dispatched runs of one task, on a silo in this process.</summary>
internal sealed class OurJobs : IJobEngine
{
    private const string Task = "noop";
    private readonly IHost _host;
    private readonly ITaskClient _client;

    private OurJobs(IHost host) => (_host, _client) = (host, host.Services.GetRequiredService<ITaskClient>());

    public string Name => "OrleansTasks";

    public double Share => 1;

    /// <param name="store">Registers where tasks are kept.</param>
    public static async Task<OurJobs> StartAsync(Func<ISiloBuilder, ISiloBuilder> store)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => store(silo.UseLocalhostClustering(SiloProcess.FreePort(), SiloProcess.FreePort()))
            .AddTasks(tasks => tasks.Define(Task, JobRace.Handle), o => o.MaxConcurrentRuns = JobRace.Workers));
        var host = builder.Build();
        await host.StartAsync();
        return new OurJobs(host);
    }

    public Task AddAsync() => _client.DispatchAsync(Task);

    public async Task<bool> IsRecordedAsync() => (await _client.GetSchedulerAsync()).PendingRuns == 0;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
