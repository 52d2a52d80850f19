using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansTasks.Handlers;
using OrleansTasks.Running;
using OrleansTasks.Values;

namespace OrleansTasks.Hosting;

/// <summary>
/// Logs, once the engine is up, what this silo offers and what looks wrong about it. None of this prevents the silo from working.
/// </summary>
internal sealed partial class StartNotes(
    HandlerCatalog handlers, ClusterView cluster, RunLogCheck runLogs, IOptions<TasksOptions> options, IOptions<HostOptions> host,
    IOptions<EndpointOptions> endpoints, ILogger<StartNotes> log)
{
    private const int MostNames = 20;

    public void Write()
    {
        var scheduled = handlers.Definitions.Count(d => d.Schedule is not null);
        LogStarted(log, cluster.Local, endpoints.Value.GatewayPort, handlers.Names.Count(static n => !SystemTasks.Has(n)), scheduled);
        runLogs.Check();
        if (options.Value.DrainTimeout >= host.Value.ShutdownTimeout)
        {
            LogDrainTooLong(log, options.Value.DrainTimeout, host.Value.ShutdownTimeout);
        }

        var missing = handlers.Definitions.Where(d => cluster.SilosWith(d.Handler).IsEmpty).Select(d => $"{d.Handler} (task {d.Name})")
            .ToList();
        if (missing.Count > 0)
        {
            LogNoHandler(log,
                string.Join(", ", missing.Take(MostNames)) + (missing.Count > MostNames ? $" and {missing.Count - MostNames} more" : ""));
        }
    }

    [LoggerMessage(535, LogLevel.Information,
        "Tasks run on the silo {Silo}; web servers connect to port {GatewayPort}. Its code has {Handlers} handlers, and schedules "
            + "{Scheduled} tasks.")]
    private static partial void LogStarted(ILogger logger, SiloAddress silo, int gatewayPort, int handlers, int scheduled);

    [LoggerMessage(532, LogLevel.Warning,
        "TasksOptions.DrainTimeout is {Drain}, and the host ends this silo after HostOptions.ShutdownTimeout, {Shutdown}: runs are "
        + "ended before the silo cancels them, and its tasks are not handed over. Set a longer HostOptions.ShutdownTimeout.")]
    private static partial void LogDrainTooLong(ILogger logger, TimeSpan drain, TimeSpan shutdown);

    [LoggerMessage(533, LogLevel.Warning,
        "No silo of the cluster has these handlers, which this silo's code names: {Handlers}. Their tasks do not run until a silo has "
        + "them. Check the spelling of the names.")]
    private static partial void LogNoHandler(ILogger logger, string handlers);
}
