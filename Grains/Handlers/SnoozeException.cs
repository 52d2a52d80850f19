namespace OrleansTasks;

/// <summary>
/// The exception that a handler throws when it cannot do its work yet and must run again later, without having failed. The run keeps its
/// <see cref="RunId"/>, the attempt number increases, and the number of failures that <see cref="RetryPolicy"/> allows stays the same. Only
/// the run's timeout as a whole limits how often this happens.
/// </summary>
public sealed class SnoozeException : Exception
{
    /// <summary>
    /// Initializes a new instance of the <see cref="SnoozeException"/> class that requests the next attempt at an instant.
    /// </summary>
    /// <param name="at">The instant of the next attempt. An instant in the past means at once.</param>
    /// <param name="message">The reason, for people to read.</param>
    public SnoozeException(DateTimeOffset at, string message = "The handler asked to be run again later.")
        : base(message) => At = at;

    /// <summary>
    /// Initializes a new instance of the <see cref="SnoozeException"/> class that requests the next attempt after a delay.
    /// </summary>
    /// <param name="delay">The time from now. Maximum: 24 days. A negative delay means at once.</param>
    /// <param name="message">The reason, for people to read.</param>
    public SnoozeException(TimeSpan delay, string message = "The handler asked to be run again later.")
        : base(message) => Delay = delay;

    /// <summary>Gets the instant of the next attempt, or null if a delay was given.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>Gets the time until the next attempt, or null if an instant was given.</summary>
    public TimeSpan? Delay { get; }
}
