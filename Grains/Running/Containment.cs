using Microsoft.Extensions.Logging;
using OrleansTasks.Errors;

namespace OrleansTasks.Running;

/// <summary>
/// Runs calls that nobody awaits, such as timer callbacks and notifications. Their exceptions are logged, and end neither the process nor
/// the work that follows.
/// </summary>
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
