namespace OrleansTasks;

/// <summary>
/// Thrown by a handler that cannot do its work yet and asks to be run again later, without having failed: the run keeps its <see cref="RunId"/>, the attempt counts
/// on, and the number of failures that <see cref="RetryPolicy"/> allows stays as it is. How often is not limited, except by the run's timeout as a whole.
/// </summary>
public sealed class SnoozeException : Exception
{
    /// <summary>Asks to be run again at an instant.</summary>
    /// <param name="at">When; an instant of the past means at once.</param>
    /// <param name="message">Why, for people.</param>
    public SnoozeException(DateTimeOffset at, string message = "The handler asked to be run again later.")
        : base(message) => At = at;

    /// <summary>Asks to be run again after a while.</summary>
    /// <param name="delay">How long from now; up to 24 days, less than zero means at once.</param>
    /// <param name="message">Why, for people.</param>
    public SnoozeException(TimeSpan delay, string message = "The handler asked to be run again later.")
        : base(message) => Delay = delay;

    /// <summary>The instant of the next attempt; null if a delay was given.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>The time until the next attempt; null if an instant was given.</summary>
    public TimeSpan? Delay { get; }
}
