using Microsoft.Extensions.Logging;

namespace OrleansTasks.Groups;

/// <summary>Defines the log messages of groups. <c>docs/operations.md</c> lists them by id.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(701, LogLevel.Debug, "Asking {Silo} for runs of the group '{Group}' failed: {Reason}")]
    public static partial void LogNotAsked(ILogger logger, SiloAddress silo, string group, string reason);

    [LoggerMessage(702, LogLevel.Debug, "Asking {Task} for its runs of the group '{Group}' failed: {Reason}")]
    public static partial void LogNotLooked(ILogger logger, string task, string group, string reason);

    [LoggerMessage(704, LogLevel.Error,
        "Storage lost data of the group '{Group}': {What}. Its limits are those of the other record, which is written again. Check "
        + "that the limits are correct.")]
    public static partial void LogLost(ILogger logger, string group, string what);

    [LoggerMessage(705, LogLevel.Error,
        "Storage lost both records of the limits of the group '{Group}'. The group has the limits that code defines, or none. Set the "
        + "limits again, or stop the silos and restore the records 'g-{Group}' and 'c-{Group}' (grain type 'ot-group').")]
    public static partial void LogAllLost(ILogger logger, string group);

    [LoggerMessage(703, LogLevel.Debug, "Reading the list of silos for the group '{Group}' failed: {Reason}")]
    public static partial void LogNotRefreshed(ILogger logger, string group, string reason);
}
