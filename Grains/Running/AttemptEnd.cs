using OrleansTasks.Clocks;
using OrleansTasks.Errors;
using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>Builds the outcome of an attempt from what is known of it. Pure.</summary>
/// <param name="Order">The attempt.</param>
/// <param name="StartedAt">When the handler started, or null if it did not.</param>
/// <param name="At">When the attempt ended.</param>
/// <param name="Silo">The silo that made the attempt.</param>
internal readonly record struct AttemptEnd(RunOrder Order, DateTimeOffset? StartedAt, DateTimeOffset At, string Silo)
{
    /// <summary>
    /// Gets how long the attempt may still take, or null if its time is not limited. A wrong clock may yield more than a timer can wait;
    /// that is shortened to the maximum.
    /// </summary>
    public TimeSpan? TimeLeft =>
        Times.Shorter(Order.Timeout, Order.Deadline - At) is { } left
            ? (left < OptionFaults.LongestWait ? left : OptionFaults.LongestWait)
            : null;

    /// <summary>Returns the outcome of an attempt that was stopped before it started.</summary>
    /// <param name="cause">Why it was stopped, or null if its silo stops.</param>
    public RunOutcome Unstarted(RunStatus? cause) => new()
    {
        Status = cause ?? RunStatus.Cancelled,
        Error = Order.Attempt == 1 ? "The run was stopped before it started." : "The run was stopped before its next attempt started.",
        FinishedAt = At,
        Silo = Silo,
        CutOff = cause is null,
    };

    /// <summary>Returns the outcome of an attempt that got its place too late, or null if it was in time.</summary>
    public RunOutcome? TooLate() => Order.ExpiresAt <= At || Order.Deadline <= At
        ? new RunOutcome
        {
            Status = Order.ExpiresAt <= At ? RunStatus.Expired : RunStatus.TimedOut,
            Error = Order.ExpiresAt <= At ? $"The run had not started when it expired at {Order.ExpiresAt:O}." : "The run had not ended "
                + $"when its timeout as a whole expired at {Order.Deadline:O}.",
            FinishedAt = At,
            Silo = Silo,
        }
        : null;

    /// <summary>Returns the outcome of an attempt whose handler returned.</summary>
    /// <param name="json">The handler's value as JSON, or null if there is none.</param>
    public RunOutcome Returned(byte[]? json) =>
        new() { Status = RunStatus.Succeeded, Json = json, StartedAt = StartedAt, FinishedAt = At, Silo = Silo };

    /// <summary>Returns the outcome of an attempt whose handler threw, or whose preparation threw.</summary>
    /// <param name="status">The resulting status: <see cref="StatusOf"/>.</param>
    /// <param name="e">The exception.</param>
    /// <param name="thrown">The description of the exception.</param>
    /// <param name="isCutOff">Whether it was stopped because its silo stops, and not because a caller asked for it.</param>
    /// <param name="sendStack">Whether the outcome includes the stack trace.</param>
    public RunOutcome Threw(RunStatus status, Exception e, Thrown thrown, bool isCutOff, bool sendStack)
    {
        var nodes = status == RunStatus.Failed ? ExceptionText.NodesOf(e) : [];
        var (steering, againAt) = status == RunStatus.Failed ? Steerings.Of(nodes, At) : (Steering.None, null);
        return new RunOutcome
        {
            Status = status,
            Steering = steering,
            AgainAt = againAt,
            ErrorTypes = Steerings.TypesOf(nodes),
            Error = status switch
            {
                RunStatus.TimedOut => "The run did not end within its timeout.",
                RunStatus.Cancelled => isCutOff ? "The silo stopped before the run ended." : "The run was cancelled.",
                _ => thrown.Message,
            },
            ErrorType = thrown.Type,
            Stack = sendStack && status == RunStatus.Failed ? thrown.Description : null,
            StartedAt = StartedAt,
            FinishedAt = At,
            Silo = Silo,
            CutOff = status == RunStatus.Cancelled && isCutOff,
        };
    }

    /// <summary>
    /// Returns the status of an attempt that threw. It has failed, unless the exception is the cancellation that was requested.
    /// </summary>
    /// <param name="e">The exception.</param>
    /// <param name="cause">Why the attempt was asked to stop, or null if it was not, or if its silo stops.</param>
    /// <param name="stop">The token that the attempt was given.</param>
    public static RunStatus StatusOf(Exception e, RunStatus? cause, CancellationToken stop) =>
        stop.IsCancellationRequested && Cancellations.IsCancellation(e, stop) ? cause ?? RunStatus.Cancelled : RunStatus.Failed;
}
