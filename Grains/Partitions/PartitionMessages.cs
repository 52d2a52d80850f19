using Microsoft.Extensions.Logging;

namespace OrleansTasks.Partitions;

/// <summary>Defines the log messages of partitions. <c>docs/operations.md</c> lists them by id.</summary>
internal static partial class PartitionMessages
{
    [LoggerMessage(201, LogLevel.Information, "Partition {Partition} is {State}.")]
    public static partial void LogStarted(ILogger log, int partition, string state);

    [LoggerMessage(EventId = 202, Message =
        "Partition {Partition} is closed here and will be read again where it next becomes active: {Reason}")]
    public static partial void LogLost(ILogger log, LogLevel level, string reason, int partition);

    [LoggerMessage(203, LogLevel.Debug, "Partition {Partition} is opening here.")]
    public static partial void LogOpens(ILogger log, int partition);

    [LoggerMessage(204, LogLevel.Warning,
        "Partition {Partition}: stored instants are ahead of the clock, the furthest ({Furthest:O}) by {Ahead}. The clock is or was "
        + "wrong. They are set to the present, so that the tasks continue; {Count} tasks, such as {Tasks}.")]
    public static partial void LogHealed(ILogger log, int partition, DateTimeOffset furthest, TimeSpan ahead, int count, string tasks);

    [LoggerMessage(205, LogLevel.Warning,
        "{Task} reports occurrences up to {Instant:O}, but the time here is {Now:O}: the clock of {Silo} or of {Here} is wrong. Tasks "
        + "fire at the time of their partition until the clocks agree.")]
    public static partial void LogOthersAhead(ILogger log, string task, DateTimeOffset instant, DateTimeOffset now, string silo,
        string here);

    [LoggerMessage(207, LogLevel.Error, "Opening partition {Partition} failed and needs an operator; retrying after {Pause}. {Reason}")]
    public static partial void LogCannotOpen(ILogger log, int partition, string reason, TimeSpan pause);

    [LoggerMessage(208, LogLevel.Error,
        "Reading item '{Key}' of partition {Partition} failed. It stays in storage but is ignored: {Reason}")]
    public static partial void LogSetAside(ILogger log, string key, int partition, string reason);

    [LoggerMessage(209, LogLevel.Warning,
        "The last silo that owned partition {Partition} was lost while these runs were active or about to start: {Runs}. Runs that "
        + "lose their silo repeatedly end as Lost (TaskOptions.MaxLosses).")]
    public static partial void LogWasDoing(ILogger log, int partition, string runs);

    [LoggerMessage(EventId = 211, Message = "Waking the task grain of {Task} failed; retrying. {Reason}")]
    public static partial void LogNotWoken(ILogger log, LogLevel level, string task, string reason);

    [LoggerMessage(212, LogLevel.Warning,
        "{Task} does not fire, because no occurrence of its schedule can be computed: {Reason} Register it with another schedule.")]
    public static partial void LogNotLookedAhead(ILogger log, string task, string reason);

    [LoggerMessage(214, LogLevel.Error,
        "The record of batch {Batch}, which partition {Partition} owns, is missing from storage. Its runs continue, but they are no "
        + "longer counted and no run follows the batch. Restore the record (grain type 'ot-batch') from a backup, or do nothing to "
        + "accept the loss.")]
    public static partial void LogBatchLost(ILogger log, Guid batch, int partition);

    [LoggerMessage(221, LogLevel.Debug, "Telling a partition about changed business calendars failed; it learns of them later. {Reason}")]
    public static partial void LogNotCopied(ILogger log, string reason);
}
