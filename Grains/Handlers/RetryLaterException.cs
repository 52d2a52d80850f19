namespace OrleansTasks;

/// <summary>
/// Thrown by a handler to say that this attempt has failed, and when the next one is to be made. It counts as a failure: after as many as the
/// <see cref="RetryPolicy"/> allows (of a run that has none, <see cref="RetryPolicy.Default"/>), the run has failed.
/// </summary>
public sealed class RetryLaterException : Exception
{
    /// <summary>Asks for the next attempt at an instant.</summary>
    /// <param name="at">When; an instant of the past means at once.</param>
    /// <param name="message">What went wrong; it becomes the result's error if this was the last attempt.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public RetryLaterException(DateTimeOffset at, string message, Exception? inner = null)
        : base(message, inner) => At = at;

    /// <summary>Asks for the next attempt after a while.</summary>
    /// <param name="delay">How long after the end of this attempt; up to 24 days, less than zero means at once.</param>
    /// <param name="message">What went wrong; it becomes the result's error if this was the last attempt.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public RetryLaterException(TimeSpan delay, string message, Exception? inner = null)
        : base(message, inner) => Delay = delay;

    /// <summary>The instant of the next attempt; null if a delay was given.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>The time until the next attempt; null if an instant was given.</summary>
    public TimeSpan? Delay { get; }
}
