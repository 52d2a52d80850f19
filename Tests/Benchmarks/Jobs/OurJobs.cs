using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>Runs one task on a silo in this process. The runs are dispatched and stored, or awaited and not stored.</summary>
internal sealed class OurJobs : IJobEngine
{
    private const string Task = "noop";
    private readonly IHost _host;
    private readonly ITaskClient _client;
    private readonly bool _awaited;

    private OurJobs(IHost host, bool awaited) =>
        (_host, _client, _awaited) = (host, host.Services.GetRequiredService<ITaskClient>(), awaited);

    public string Name => _awaited ? "ours, awaited" : "ours, stored";

    public double Share => 1;

    /// <param name="store">Registers the storage of tasks.</param>
    /// <param name="awaited">Whether callers await their runs.</param>
    public static async Task<OurJobs> StartAsync(Func<ISiloBuilder, ISiloBuilder> store, bool awaited = false)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => store(silo.UseLocalhostClustering(Ports.Take(), Ports.Take()))
            .AddTasks(tasks => tasks.Define(Task, JobRace.Handle), o => o.MaxConcurrentRuns = JobRace.Workers));
        var host = builder.Build();
        await host.StartAsync();
        return new OurJobs(host, awaited);
    }

    public Task AddAsync() => _awaited ? _client.RunAsync(Task) : _client.DispatchAsync(Task);

    public async Task<bool> IsRecordedAsync() => (await _client.GetSchedulerAsync()).PendingRuns == 0;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
