namespace OrleansTasks;

/// <summary>
/// Specifies how often, and after which waits, failed runs of a task with <see cref="TaskAttribute"/> are retried:
/// <see cref="TaskOptions.Retry"/>.
/// </summary>
/// <param name="maxAttempts">The maximum number of attempts, including the first one. Range: 1 to 1,000.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class RetryAttribute(int maxAttempts = 5) : Attribute
{
    /// <summary>Gets the maximum number of attempts, including the first one. Default: 5.</summary>
    public int MaxAttempts { get; } = maxAttempts;

    /// <summary>Gets or sets the wait before the second attempt, as a time span. Default: <c>00:00:01</c>.</summary>
    public string Delay { get; set; } = "00:00:01";

    /// <summary>Gets or sets the maximum wait, as a time span. Default: <c>01:00:00</c>.</summary>
    public string MaxDelay { get; set; } = "01:00:00";

    /// <summary>Gets or sets how the wait grows from attempt to attempt. Default: <see cref="Backoff.Exponential"/>.</summary>
    public Backoff Backoff { get; set; } = Backoff.Exponential;

    /// <summary>Gets or sets the largest fraction by which a wait is shortened at random. Default: 0.1. Range: 0 to 1.</summary>
    public double Jitter { get; set; } = 0.1;

    /// <summary>Gets or sets the exception types that are retried, including derived types. Default: null, which means all.</summary>
    public Type[]? OnlyFor { get; set; }

    /// <summary>Gets or sets the exception types that are not retried, including derived types. Default: null, which means none.</summary>
    public Type[]? NotFor { get; set; }
}
