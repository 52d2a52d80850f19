namespace OrleansTasks;

/// <summary>The exception that a handler throws when its run has failed permanently, whatever its <see cref="RetryPolicy"/> says.</summary>
/// <param name="message">The error message. It becomes the result's error.</param>
/// <param name="inner">The cause, or null if there is none.</param>
public sealed class DoNotRetryException(string message, Exception? inner = null) : Exception(message, inner);
