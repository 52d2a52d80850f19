namespace OrleansTasks;

/// <summary>Defines how ended runs are dispatched again (<see cref="ITaskClient.RetryAllAsync"/>).</summary>
public sealed record RetryAllOptions
{
    /// <summary>
    /// Gets a key that combines several calls into one operation (<see cref="DispatchOptions.IdempotencyKey"/>). Default: null, which makes
    /// each call start an operation.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Gets the time from acceptance to the due time of each new run. Default: null, which makes them due at once. Range: zero to 36,525
    /// days.
    /// </summary>
    public TimeSpan? Delay { get; init; }
}
