using Microsoft.Extensions.Logging;

namespace OrleansTasks.Batches;

/// <summary>Defines the log messages of batches. <c>docs/operations.md</c> lists them by id.</summary>
internal static partial class BatchLog
{
    [LoggerMessage(601, LogLevel.Warning, "Batch {Batch}: run {Index}, of the task '{Task}', is rejected: {Reason}")]
    public static partial void LogRefused(ILogger logger, Guid batch, int index, string task, string reason);

    [LoggerMessage(603, LogLevel.Warning, "Batch {Batch} was interrupted and continues within a minute: {Reason}")]
    public static partial void LogInterrupted(ILogger logger, Guid batch, string reason);

    [LoggerMessage(604, LogLevel.Error, "Storage lost acknowledged writes of batch {Batch}; writing them again from memory.")]
    public static partial void LogWentBack(ILogger logger, Guid batch);

    [LoggerMessage(602, LogLevel.Warning, "Batch {Batch} is not followed by {Task}: {Reason}")]
    public static partial void LogNotFollowed(ILogger logger, Guid batch, string task, string reason);
}
