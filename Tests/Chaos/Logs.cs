using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>Configures where silos and clients log, and how much.</summary>
internal static class Logs
{
    /// <summary>Logs to the console, which the checker copies to a file.</summary>
    public static void ToConsole(ILoggingBuilder log)
    {
        log.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        Filter(log);
    }

    public static void ToFile(ILoggingBuilder log, string path)
    {
        log.ClearProviders().AddProvider(new FileLog(path));
        Filter(log);
    }

    private static void Filter(ILoggingBuilder log) =>
        log.AddFilter("Orleans", LogLevel.Warning).AddFilter("Polly", LogLevel.Warning).AddFilter("OrleansTasks", LogLevel.Debug)
            .AddFilter("Microsoft.Hosting", LogLevel.Warning);
}
