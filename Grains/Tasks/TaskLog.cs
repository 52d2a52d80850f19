using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tasks;

/// <summary>Defines the log messages of task grains. <c>docs/operations.md</c> lists them by id.</summary>
internal static partial class TaskLog
{
    [LoggerMessage(EventId = 311, Message = "{Task}: an operation failed; retrying. {Reason}")]
    public static partial void LogPutOff(ILogger log, LogLevel level, string task, string reason);

    [LoggerMessage(315, LogLevel.Information, "{Task}: another activation replaced this one, which ends.")]
    public static partial void LogReplaced(ILogger log, string task);

    [LoggerMessage(314, LogLevel.Error, "{Task}: an operation failed permanently and is not retried: {Reason}")]
    public static partial void LogGivenUp(ILogger log, string task, string reason);

    [LoggerMessage(321, LogLevel.Debug, "Starting {Run} on {Silo} failed: {Reason}")]
    public static partial void LogNotStarted(ILogger log, RunId run, SiloAddress silo, string reason);

    [LoggerMessage(322, LogLevel.Debug, "Asking {Silo} to cancel {Run} failed; retrying. {Reason}")]
    public static partial void LogNotStopped(ILogger log, RunId run, SiloAddress silo, string reason);

    [LoggerMessage(331, LogLevel.Debug, "Writing the history of {Task} failed; retrying. {Reason}")]
    public static partial void LogNotFlushed(ILogger log, string task, string reason);

    [LoggerMessage(332, LogLevel.Error, "Storage lost data of the history of {Task}: {What}")]
    public static partial void LogHistoryLost(ILogger log, string task, string what);

    [LoggerMessage(333, LogLevel.Error, "{Task}: {What}")]
    public static partial void LogWentBack(ILogger log, string task, string what);

    [LoggerMessage(334, LogLevel.Error, "Storage lost data of the ledger of {Task}: {What}")]
    public static partial void LogLedgerLost(ILogger log, string task, string what);

    [LoggerMessage(335, LogLevel.Error,
        "{Task}: its history has result {Stored}, but its partition knows numbers up to {Known} only: the partition's storage went "
        + "back. Numbers continue after the greater one.")]
    public static partial void LogNumbersBehind(ILogger log, string task, long stored, long known);

    [LoggerMessage(341, LogLevel.Debug, "Asking {Silo} for runs of {Task} failed: {Reason}")]
    public static partial void LogNotAsked(ILogger log, SiloAddress silo, string task, string reason);

    [LoggerMessage(342, LogLevel.Debug, "{Run} is active on {Silo}.")]
    public static partial void LogAdopted(ILogger log, RunId run, SiloAddress silo);

    [LoggerMessage(343, LogLevel.Debug,
        "{Task} is taken over, but reading the list of silos failed: a silo that has just joined may not be asked for its runs. "
        + "{Reason}")]
    public static partial void LogNotRefreshed(ILogger log, string task, string reason);

    [LoggerMessage(351, LogLevel.Warning, "{Task}: the occurrence at {Due:O} and those after it were missed, {Late} late.")]
    public static partial void LogMissed(ILogger log, string task, DateTimeOffset due, TimeSpan late);

    [LoggerMessage(352, LogLevel.Warning, "{Task} does not fire: no silo has the handler '{Handler}'.")]
    public static partial void LogNoHandler(ILogger log, string task, string handler);

    [LoggerMessage(353, LogLevel.Debug, "{Task}: the occurrence at {Due:O} is skipped because an earlier one is active.")]
    public static partial void LogSkipped(ILogger log, string task, DateTimeOffset due);

    [LoggerMessage(354, LogLevel.Warning, "{Task} is paused: {Count} occurrences in a row failed, the last one with: {Error}")]
    public static partial void LogPaused(ILogger log, string task, int count, string? error);

    [LoggerMessage(355, LogLevel.Warning,
        "{Task}: the clock of this silo is {Difference} {Side} that of the task's partition, whose time applies. One of the two clocks "
        + "is wrong.")]
    public static partial void LogOtherTime(ILogger log, string task, TimeSpan difference, string side);

    [LoggerMessage(356, LogLevel.Warning,
        "{Task}: occurrences up to {Instant:O} have fired, which is ahead of the clock: it was put back. The schedule continues from "
        + "now.")]
    public static partial void LogRestarted(ILogger log, string task, DateTimeOffset instant);

    [LoggerMessage(358, LogLevel.Error,
        "{Task} is paused: the silo of an occurrence was lost {Count} times in a row. Its handler may end its process (MaxLosses); "
        + "repair it, and then resume the task.")]
    public static partial void LogPausedForLosses(ILogger log, string task, int count);

    [LoggerMessage(361, LogLevel.Information, "Attempt {Attempt} of {Run} failed; the next attempt is due at {At:O}. {Error}")]
    public static partial void LogAgain(ILogger log, RunId run, int attempt, DateTimeOffset at, string? error);

    [LoggerMessage(362, LogLevel.Warning,
        "{Run}: the silo of attempt {Attempt} was lost, which makes {Losses} of {Most} losses. The next attempt is due at {At:O}, when "
            + "its silo is up.")]
    public static partial void LogLostSilo(ILogger log, RunId run, int attempt, int losses, int most, DateTimeOffset at);

    [LoggerMessage(363, LogLevel.Error,
        "{Run} has lost {Losses} silos, the last one during attempt {Attempt}, and is not retried: its handler may end its process. It "
        + "ends as Lost.")]
    public static partial void LogLostForGood(ILogger log, RunId run, int losses, int attempt);

    [LoggerMessage(364, LogLevel.Warning, "{Run} is stuck: its handler {Note}.")]
    public static partial void LogStuck(ILogger log, RunId run, string note);

    [LoggerMessage(381, LogLevel.Warning, "{Run} was due at {Due:O} and has not started; it waits for {WaitingFor}.")]
    public static partial void LogOverdue(ILogger log, RunId run, DateTimeOffset due, string? waitingFor);

    [LoggerMessage(382, LogLevel.Warning, "{Run} has been active since {Started:O}, which is longer than {Limit}.")]
    public static partial void LogTooLong(ILogger log, RunId run, DateTimeOffset started, TimeSpan limit);

    [LoggerMessage(391, LogLevel.Warning, "{Run} is not followed by {Task}: {Reason}")]
    public static partial void LogNotFollowed(ILogger log, RunId run, string task, string reason);
}
