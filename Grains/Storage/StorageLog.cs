using Microsoft.Extensions.Logging;

namespace OrleansTasks.Storage;

/// <summary>Logs the messages of the partition log.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(EventId = 251, Level = LogLevel.Warning, Message =
        "Writing to storage failed, first for {What}; writes wait and are retried. This message is logged once, and another one when "
        + "storage works again.")]
    public static partial void StorageFails(this ILogger log, string what, Exception error);

    [LoggerMessage(EventId = 252, Level = LogLevel.Information, Message = "Storage works again.")]
    public static partial void StorageWorks(this ILogger log);

    [LoggerMessage(EventId = 253, Level = LogLevel.Error, Message =
        "Record {Record} of partition {Partition} is missing, and its content is lost.")]
    public static partial void RecordLost(this ILogger log, string partition, string record);

    [LoggerMessage(EventId = 254, Level = LogLevel.Debug,
        Message = "Partition {Partition} opened as epoch {Epoch}: {Items} items, {Segments} segments read.")]
    public static partial void Opened(this ILogger log, string partition, long epoch, int items, long segments);

    [LoggerMessage(EventId = 255, Message = "The log of partition {Partition} stopped.")]
    public static partial void Stops(this ILogger log, LogLevel level, string partition, Exception error);

    [LoggerMessage(EventId = 256, Level = LogLevel.Error, Message = "Storage of partition {Partition} lost data: {What}")]
    public static partial void StorageLost(this ILogger log, string partition, string what);

    [LoggerMessage(EventId = 257, Level = LogLevel.Error,
        Message = "Storage of partition {Partition} went back: {What} Everything is written again from memory.")]
    public static partial void StorageWentBack(this ILogger log, string partition, string what);

    [LoggerMessage(EventId = 258, Level = LogLevel.Warning, Message = "Everything of partition {Partition} was written again.")]
    public static partial void Rewritten(this ILogger log, string partition);
}
