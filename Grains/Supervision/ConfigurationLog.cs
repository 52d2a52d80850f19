using Microsoft.Extensions.Logging;

namespace OrleansTasks.Supervision;

/// <summary>Logs messages about configuration; <c>docs/operations.md</c> lists them by their numbers.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(551, LogLevel.Error,
        "The changed configuration of tasks is not valid; the previous configuration stays in force. It has {Count} fault(s):{Faults}")]
    public static partial void LogInvalid(ILogger logger, int count, string faults);

    [LoggerMessage(552, LogLevel.Information,
        "The configuration {Path} is in force, with {Count} tasks. New: {Added}. Changed: {Changed}. Cancelled: {Removed}.")]
    public static partial void LogApplied(ILogger logger, string path, int count, string added, string changed, string removed);

    [LoggerMessage(553, LogLevel.Warning,
        "The configuration {Path} of this silo, version {Version}, is not applied: another one is in force, version {InForce}. Give "
        + "this silo the same configuration, or a higher version.")]
    public static partial void LogSuperseded(ILogger logger, string path, long version, long inForce);

    [LoggerMessage(554, LogLevel.Warning, "{Path} has changed. Options of the engine take effect when the silo restarts.")]
    public static partial void LogOptionsChanged(ILogger logger, string path);

    [LoggerMessage(555, LogLevel.Information,
        "The configuration {Path} names tasks that stay as the code defines them (CodeWins): {Tasks}.")]
    public static partial void LogCodeWins(ILogger logger, string path, string tasks);

    [LoggerMessage(556, LogLevel.Warning,
        "The configuration {Path} no longer has these business calendars. Tasks use them, so they stay: {Calendars}.")]
    public static partial void LogObserved(ILogger logger, string path, string calendars);

    [LoggerMessage(557, LogLevel.Warning,
        "No silo of the cluster has these handlers, which configuration names: {Handlers}. Their tasks do not run until a silo has "
        + "them. Check the spelling of the names.")]
    public static partial void LogNoHandler(ILogger logger, string handlers);

    [LoggerMessage(558, LogLevel.Warning,
        "Applying the configuration {Path} failed: a silo of an earlier version owns a part of it and does not support it. Retrying "
        + "until that silo is gone. {Reason}")]
    public static partial void LogNotKnown(ILogger logger, string path, string reason);

    [LoggerMessage(559, LogLevel.Debug, "The configuration {Path} has no tasks, groups or calendars. Those of another configuration stay.")]
    public static partial void LogNothing(ILogger logger, string path);

    [LoggerMessage(560, LogLevel.Warning,
        "Applying the configuration {Path}, or a part of it, failed: the cluster or its storage does not accept it now. Retrying. "
        + "{Reason}")]
    public static partial void LogFailing(ILogger logger, string path, string reason);

    [LoggerMessage(562, LogLevel.Error,
        "Applying the configuration {Path}, or a part of it, failed with an unexpected error. Retrying. {Reason}")]
    public static partial void LogUnexpected(ILogger logger, string path, string reason, Exception e);

    [LoggerMessage(561, LogLevel.Information, "The configuration {Path} is applied again.")]
    public static partial void LogRecovered(ILogger logger, string path);
}
