namespace OrleansTasks;

/// <summary>
/// The exception that a handler throws when the attempt has failed, to set the time of the next one. It counts as a failure: the run fails
/// after as many failures as its <see cref="RetryPolicy"/> allows, or <see cref="RetryPolicy.Default"/> if it has none.
/// </summary>
public sealed class RetryLaterException : Exception
{
    /// <summary>
    /// Initializes a new instance of the <see cref="RetryLaterException"/> class that requests the next attempt at an instant.
    /// </summary>
    /// <param name="at">The instant of the next attempt. An instant in the past means at once.</param>
    /// <param name="message">The error message. It becomes the result's error if this was the last attempt.</param>
    /// <param name="inner">The cause, or null if there is none.</param>
    public RetryLaterException(DateTimeOffset at, string message, Exception? inner = null)
        : base(message, inner) => At = at;

    /// <summary>
    /// Initializes a new instance of the <see cref="RetryLaterException"/> class that requests the next attempt after a delay.
    /// </summary>
    /// <param name="delay">The time from the end of this attempt. Maximum: 24 days. A negative delay means at once.</param>
    /// <param name="message">The error message. It becomes the result's error if this was the last attempt.</param>
    /// <param name="inner">The cause, or null if there is none.</param>
    public RetryLaterException(TimeSpan delay, string message, Exception? inner = null)
        : base(message, inner) => Delay = delay;

    /// <summary>Gets the instant of the next attempt, or null if a delay was given.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>Gets the time until the next attempt, or null if an instant was given.</summary>
    public TimeSpan? Delay { get; }
}
