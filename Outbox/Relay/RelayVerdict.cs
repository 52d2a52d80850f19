using OrleansTasks.Errors;
using OrleansTasks.Outbox.Rows;

namespace OrleansTasks.Outbox.Relay;

/// <summary>Contains what follows from handing a row over.</summary>
/// <param name="Kind">What happens to the row.</param>
/// <param name="Pause">How long a postponed row waits.</param>
/// <param name="Reason">Why it was not accepted, or null.</param>
internal readonly record struct RelayVerdict(RelayVerdictKind Kind, TimeSpan Pause = default, string? Reason = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Decides what a failure means for a row. Pure.</summary>
    /// <param name="e">The failure.</param>
    /// <param name="row">The row, with the attempts before this one.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="options">The settings.</param>
    public static RelayVerdict Of(Exception e, OutboxRow row, DateTimeOffset now, OutboxOptions options)
    {
        var reason = OutboxRows.ReasonOf(ExceptionText.NameOf(e), ExceptionText.MessageOf(e));
        var pause = PauseAfter(row.Attempts, options);
        return e switch
        {
            TaskNotFoundException when now - DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt) < options.UnknownTaskPatience =>
                new(RelayVerdictKind.Postpone, pause, reason),
            TaskNotFoundException or TaskArgumentException or InvalidTaskException or PayloadTooLargeException or TaskCancelledException
                or TaskConflictException or IdempotencyConflictException or RequestForgottenException or System.Text.Json.JsonException =>
                new(RelayVerdictKind.Refuse, default, reason),

            // A larger hint would stop the other rows of the key for longer than anybody asked for.
            TasksOverloadedException o => new(
                RelayVerdictKind.Postpone, o.RetryAfter > TimeSpan.Zero && o.RetryAfter < options.MaxRetryPause ? o.RetryAfter : pause,
                reason),
            ClusterUnreachableException or TaskStorageException or TimeoutException or OrleansException =>
                new(RelayVerdictKind.Outage, default, reason),
            _ => new(RelayVerdictKind.Postpone, pause, reason),
        };
    }

    /// <summary>Returns the pause after some failed attempts: it doubles each time.</summary>
    public static TimeSpan PauseAfter(int attempts, OutboxOptions options)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts, 20));
        return pause < options.MaxRetryPause ? pause : options.MaxRetryPause;
    }
}
