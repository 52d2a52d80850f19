using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Running;

/// <summary>Calls that nobody waits for, such as those of timers, and news: whatever they throw is logged, and ends neither the process nor what comes after them.</summary>
internal static partial class Containment
{
    public static void Run<T>(T on, Action<T> call, ILogger log)
    {
        try
        {
            call(on);
        }
        catch (Exception e)
        {
            LogThrown(log, ExceptionText.Describe(e));
        }
    }

    [LoggerMessage(141, LogLevel.Error, "A timer or a notification failed: {Error}")]
    private static partial void LogThrown(ILogger logger, string error);
}
