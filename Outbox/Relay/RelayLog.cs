using Microsoft.Extensions.Logging;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Writes the messages of relays.</summary>
/// <param name="log">The logger.</param>
internal sealed partial class RelayLog(ILogger<OutboxRelay> log)
{
    /// <summary>Reports that this relay is the active one.</summary>
    public void Active(string outbox) => LogActive(log, outbox);

    /// <summary>Reports that another relay is the active one.</summary>
    public void Standby(string outbox) => LogStandby(log, outbox);

    /// <summary>Reports an error that the relay survives.</summary>
    public void Failed(string outbox, TimeSpan pause, string reason) => LogFailed(log, outbox, pause, reason);

    /// <summary>Reports a row that is set aside.</summary>
    public void Refused(string outbox, RunId run, string reason) => LogRefused(log, run, outbox, reason);

    /// <summary>Reports a row that is handed over again later.</summary>
    public void Postponed(string outbox, RunId run, TimeSpan pause, string reason) => LogPostponed(log, run, outbox, pause, reason);

    /// <summary>Reports that PostgreSQL does not announce rows.</summary>
    public void Unannounced(string outbox, string reason) => LogUnannounced(log, outbox, reason);

    /// <summary>Reports that records of runs were deleted.</summary>
    public void Cleaned(string outbox, int deleted, TimeSpan kept) => LogCleaned(log, deleted, outbox, kept);

    [LoggerMessage(951, LogLevel.Information, "This process now hands over the dispatches of the outbox '{Outbox}'")]
    private static partial void LogActive(ILogger logger, string outbox);

    [LoggerMessage(952, LogLevel.Debug, "Another process hands over the dispatches of the outbox '{Outbox}'; waiting for its lease")]
    private static partial void LogStandby(ILogger logger, string outbox);

    [LoggerMessage(953, LogLevel.Warning, "The relay of the outbox '{Outbox}' failed, and tries again after {Pause}. {Reason}")]
    private static partial void LogFailed(ILogger logger, string outbox, TimeSpan pause, string reason);

    [LoggerMessage(954, LogLevel.Error, "The cluster refused {Run} of the outbox '{Outbox}' for good. It is set aside. {Reason}")]
    private static partial void LogRefused(ILogger logger, RunId run, string outbox, string reason);

    [LoggerMessage(955, LogLevel.Debug,
        "The cluster did not accept {Run} of the outbox '{Outbox}'; handing it over after {Pause}. {Reason}")]
    private static partial void LogPostponed(ILogger logger, RunId run, string outbox, TimeSpan pause, string reason);

    [LoggerMessage(956, LogLevel.Warning,
        "PostgreSQL does not announce rows of the outbox '{Outbox}', which is polled instead. Create the trigger as its owner, or set "
        + "OutboxOptions.Notify to false. {Reason}")]
    private static partial void LogUnannounced(ILogger logger, string outbox, string reason);

    [LoggerMessage(957, LogLevel.Debug, "Deleted {Count} records of runs from the inbox of '{Outbox}' that were older than {Retention}")]
    private static partial void LogCleaned(ILogger logger, int count, string outbox, TimeSpan retention);
}
