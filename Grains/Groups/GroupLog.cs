using Microsoft.Extensions.Logging;

namespace OrleansTasks.Groups;

/// <summary>What groups log; <c>docs/operations.md</c> lists it by its numbers.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(701, LogLevel.Debug, "{Silo} could not be asked for runs of the group '{Group}': {Reason}")]
    public static partial void LogNotAsked(ILogger logger, SiloAddress silo, string group, string reason);

    [LoggerMessage(702, LogLevel.Debug, "{Task} could not be asked for its runs of the group '{Group}': {Reason}")]
    public static partial void LogNotLooked(ILogger logger, string task, string group, string reason);

    [LoggerMessage(704, LogLevel.Error, "Storage has lost something of the group '{Group}': {What}. Its limits are those of the other record, which is written again; see that they are what they are to be.")]
    public static partial void LogLost(ILogger logger, string group, string what);

    [LoggerMessage(705, LogLevel.Error, "Storage has lost both records of the limits of the group '{Group}'. It has those that code defines, or none. Set them again; or stop the silos and restore the records 'g-{Group}' and 'c-{Group}' (grain type 'ot-group').")]
    public static partial void LogAllLost(ILogger logger, string group);

    [LoggerMessage(703, LogLevel.Debug, "The list of silos could not be read for the group '{Group}': {Reason}")]
    public static partial void LogNotRefreshed(ILogger logger, string group, string reason);
}
