namespace OrleansTasks;

/// <summary>Says how often, and after how long, runs of a task with <see cref="TaskAttribute"/> are tried again: <see cref="TaskOptions.Retry"/>.</summary>
/// <param name="maxAttempts">How many attempts may fail, the first one included. Range: 1 to 1,000.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class RetryAttribute(int maxAttempts = 5) : Attribute
{
    /// <summary>Gets how many attempts may fail, the first one included. Default: 5.</summary>
    public int MaxAttempts { get; } = maxAttempts;

    /// <summary>Gets or sets the wait before the second attempt, a span of time. Default: <c>00:00:01</c>.</summary>
    public string Delay { get; set; } = "00:00:01";

    /// <summary>Gets or sets the longest wait, a span of time. Default: <c>01:00:00</c>.</summary>
    public string MaxDelay { get; set; } = "01:00:00";

    /// <summary>Gets or sets how the wait grows from attempt to attempt. Default: <see cref="Backoff.Exponential"/>.</summary>
    public Backoff Backoff { get; set; } = Backoff.Exponential;

    /// <summary>Gets or sets by up to which part of it a wait is shortened at random. Default: 0.1. Range: 0 to 1.</summary>
    public double Jitter { get; set; } = 0.1;

    /// <summary>Gets or sets the types of exceptions after which it is tried again, those that derive from them included. Default: null, which means all.</summary>
    public Type[]? OnlyFor { get; set; }

    /// <summary>Gets or sets the types of exceptions after which it is not tried again. Default: null, which means none.</summary>
    public Type[]? NotFor { get; set; }
}
