using OrleansTasks.Clocks;
using OrleansTasks.Errors;
using OrleansTasks.Policies;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>How an attempt ends, by what is known of it. Pure.</summary>
/// <param name="Order">The attempt.</param>
/// <param name="StartedAt">When it began; null if it did not.</param>
/// <param name="At">When it ended.</param>
/// <param name="Silo">The silo that it was on.</param>
internal readonly record struct AttemptEnd(RunOrder Order, DateTimeOffset? StartedAt, DateTimeOffset At, string Silo)
{
    /// <summary>How long it may still take; null if as long as it likes. What a wrong clock makes longer than a timer may be is shortened to that.</summary>
    public TimeSpan? TimeLeft => Times.Shorter(Order.Timeout, Order.Deadline - At) is { } left ? (left < OptionFaults.LongestWait ? left : OptionFaults.LongestWait) : null;

    /// <summary>It was stopped before it began.</summary>
    /// <param name="cause">Why; null if its silo stops.</param>
    public RunOutcome Unstarted(RunStatus? cause) => new()
    {
        Status = cause ?? RunStatus.Cancelled,
        Error = Order.Attempt == 1 ? "The run was stopped before it started." : "The run was stopped before its next attempt started.",
        FinishedAt = At,
        Silo = Silo,
        CutOff = cause is null,
    };

    /// <summary>It got its place too late; null if it did not.</summary>
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

    /// <summary>Its handler returned.</summary>
    /// <param name="json">Its value as JSON; null if there is none.</param>
    public RunOutcome Returned(byte[]? json) => new() { Status = RunStatus.Succeeded, Json = json, StartedAt = StartedAt, FinishedAt = At, Silo = Silo };

    /// <summary>Its handler threw, or what led to it did.</summary>
    /// <param name="status">What it came to by that: <see cref="StatusOf"/>.</param>
    /// <param name="e">What was thrown.</param>
    /// <param name="thrown">What that says.</param>
    /// <param name="isCutOff">Whether it was stopped because its silo stops, and not because somebody asked for it.</param>
    /// <param name="sendStack">Whether the stack is to be told.</param>
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

    /// <summary>What an attempt came to that threw: it has failed, unless what it threw is the cancellation that it was asked for.</summary>
    /// <param name="e">What was thrown.</param>
    /// <param name="cause">Why it was asked to stop; null if it was not, or if its silo stops.</param>
    /// <param name="stop">The token that it was given.</param>
    public static RunStatus StatusOf(Exception e, RunStatus? cause, CancellationToken stop) =>
        stop.IsCancellationRequested && Cancellations.IsCancellation(e, stop) ? cause ?? RunStatus.Cancelled : RunStatus.Failed;
}
