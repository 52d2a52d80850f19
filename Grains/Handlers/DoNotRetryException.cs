namespace OrleansTasks;

/// <summary>Thrown by a handler to say that its run has failed for good, whatever its <see cref="RetryPolicy"/> says.</summary>
/// <param name="message">What went wrong; it becomes the result's error.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class DoNotRetryException(string message, Exception? inner = null) : Exception(message, inner);
