using Microsoft.Extensions.Logging;

namespace OrleansTasks.Supervision;

/// <summary>What is logged of configuration; <c>docs/operations.md</c> lists it by its numbers.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(551, LogLevel.Error, "The changed configuration of tasks is not valid; what was in force before stays. {Count} thing(s) are wrong:{Faults}")]
    public static partial void LogInvalid(ILogger logger, int count, string faults);

    [LoggerMessage(552, LogLevel.Information, "The configuration {Path} is in force, with {Count} tasks. New: {Added}. Changed: {Changed}. Cancelled: {Removed}.")]
    public static partial void LogApplied(ILogger logger, string path, int count, string added, string changed, string removed);

    [LoggerMessage(553, LogLevel.Warning, "The configuration {Path} of this silo, version {Version}, is not taken: another one is in force, version {InForce}. Give this silo the same, or a higher version.")]
    public static partial void LogSuperseded(ILogger logger, string path, long version, long inForce);

    [LoggerMessage(554, LogLevel.Warning, "{Path} has changed. Options of the engine are taken over when the silo starts again.")]
    public static partial void LogOptionsChanged(ILogger logger, string path);

    [LoggerMessage(555, LogLevel.Information, "The configuration {Path} names tasks that are as the code says all the same (CodeWins): {Tasks}.")]
    public static partial void LogCodeWins(ILogger logger, string path, string tasks);

    [LoggerMessage(556, LogLevel.Warning, "The configuration {Path} has these business calendars no more, and tasks observe them; they stay: {Calendars}.")]
    public static partial void LogObserved(ILogger logger, string path, string calendars);

    [LoggerMessage(557, LogLevel.Warning, "No silo of the cluster has these handlers, which configuration names: {Handlers}. Their tasks do not run until a silo has them; a misspelt name never is.")]
    public static partial void LogNoHandler(ILogger logger, string handlers);

    [LoggerMessage(558, LogLevel.Warning, "The configuration {Path} cannot be brought into the registry yet: a silo of an earlier version has a part of it, and does not know how. It is tried again until that silo is gone. {Reason}")]
    public static partial void LogNotKnown(ILogger logger, string path, string reason);

    [LoggerMessage(559, LogLevel.Debug, "The configuration {Path} says nothing of tasks, groups and calendars. Those of another one stay.")]
    public static partial void LogNothing(ILogger logger, string path);

    [LoggerMessage(560, LogLevel.Warning, "The configuration {Path} could not be brought into the registry, or not all of it: the cluster or its storage does not take it now. It is tried again. {Reason}")]
    public static partial void LogFailing(ILogger logger, string path, string reason);

    [LoggerMessage(562, LogLevel.Error, "The configuration {Path} could not be brought into the registry, or not all of it, because of an error that nobody expects. It is tried again. {Reason}")]
    public static partial void LogUnexpected(ILogger logger, string path, string reason, Exception e);

    [LoggerMessage(561, LogLevel.Information, "The configuration {Path} could be brought into the registry again.")]
    public static partial void LogRecovered(ILogger logger, string path);
}
