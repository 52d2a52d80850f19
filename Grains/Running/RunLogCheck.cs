using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Running;

/// <summary>Ensures that the log of runs works, however the host changes its logging after <c>AddTasks</c>.</summary>
internal sealed partial class RunLogCheck(IServiceProvider services, ILoggerFactory loggers, ILogger<RunLogCheck> log)
{
    public void Check()
    {
        var isRegistered = services.GetServices<ILoggerProvider>().Any(p => p is RunLogProvider);
        if (loggers is LoggerFactory)
        {
            if (!isRegistered)
            {
                // The host has cleared all providers to choose its own. This provider is not one of those that write anywhere, so it is
                // added again.
                loggers.AddProvider(new RunLogProvider());
            }
        }
        else
        {
            LogForeignFactory(log, loggers.GetType().FullName ?? loggers.GetType().Name,
                isRegistered ? "It passes them on only if it is told to" : "The provider that keeps them was removed");
        }
    }

    [LoggerMessage(534, LogLevel.Information,
        "{Factory} creates the loggers, and log lines are kept with their runs only if it passes them to logger providers. {Reason}. "
        + "With Serilog, use UseSerilog(…, writeToProviders: true), and do not call ClearProviders() after AddTasks.")]
    private static partial void LogForeignFactory(ILogger logger, string factory, string reason);
}
