using Microsoft.Extensions.Logging;

namespace OrleansTasks.Partitions;

/// <summary>What partitions log; <c>docs/operations.md</c> lists it by its numbers.</summary>
internal static partial class PartitionMessages
{
    [LoggerMessage(201, LogLevel.Information, "Partition {Partition} is {State}.")]
    public static partial void LogStarted(ILogger log, int partition, string state);

    [LoggerMessage(EventId = 202, Message = "Partition {Partition} is given up here, and is read anew where it becomes active next: {Reason}")]
    public static partial void LogLost(ILogger log, LogLevel level, string reason, int partition);

    [LoggerMessage(203, LogLevel.Debug, "Partition {Partition} is being opened here.")]
    public static partial void LogOpens(ILogger log, int partition);

    [LoggerMessage(204, LogLevel.Warning, "Partition {Partition}: stored instants lie ahead of the clock, the furthest ({Furthest:O}) by {Ahead}: the clock is wrong, or was. They are set to now, so that the tasks go on; {Count} tasks, such as {Tasks}.")]
    public static partial void LogHealed(ILogger log, int partition, DateTimeOffset furthest, TimeSpan ahead, int count, string tasks);

    [LoggerMessage(205, LogLevel.Warning, "{Task} reports occurrences up to {Instant:O}, and here it is {Now:O}: the clock of {Silo} or of {Here} is wrong. Tasks fire at the time of their partition until the clocks agree.")]
    public static partial void LogOthersAhead(ILogger log, string task, DateTimeOffset instant, DateTimeOffset now, string silo, string here);

    [LoggerMessage(207, LogLevel.Error, "Partition {Partition} cannot be opened, and somebody must do something about it; it is tried again after {Pause}. {Reason}")]
    public static partial void LogCannotOpen(ILogger log, int partition, string reason, TimeSpan pause);

    [LoggerMessage(208, LogLevel.Error, "Item '{Key}' of partition {Partition} cannot be read. It stays in storage and is left out: {Reason}")]
    public static partial void LogSetAside(ILogger log, string key, int partition, string reason);

    [LoggerMessage(209, LogLevel.Warning, "The last silo that had partition {Partition} was lost while these runs were under way or about to begin: {Runs}. Runs that lose their silo again and again end as Lost (TaskOptions.MaxLosses).")]
    public static partial void LogWasDoing(ILogger log, int partition, string runs);

    [LoggerMessage(EventId = 211, Message = "The task grain of {Task} could not be woken and is tried again: {Reason}")]
    public static partial void LogNotWoken(ILogger log, LogLevel level, string task, string reason);

    [LoggerMessage(212, LogLevel.Warning, "{Task} does not fire, because its schedule cannot be looked ahead: {Reason} Register it with another schedule.")]
    public static partial void LogNotLookedAhead(ILogger log, string task, string reason);

    [LoggerMessage(214, LogLevel.Error, "The record of batch {Batch}, which partition {Partition} looks after, is missing from storage. Its runs go on; nobody counts them any more, and no run follows it. Restore the record (grain type 'ot-batch') from a backup, or do nothing to accept the loss.")]
    public static partial void LogBatchLost(ILogger log, Guid batch, int partition);

    [LoggerMessage(221, LogLevel.Debug, "A partition could not be told of changed business calendars, and learns of them later: {Reason}")]
    public static partial void LogNotCopied(ILogger log, string reason);
}
