namespace OrleansTasks;

/// <summary>Defines how an ended run is dispatched again (<see cref="ITaskClient.RetryAsync"/>).</summary>
public sealed record RetryOptions
{
    /// <summary>Gets the arguments that replace those of the run. Default: null, which keeps them.</summary>
    public TaskArguments? Arguments { get; init; }

    /// <summary>
    /// Gets a key that combines several calls into one new run (<see cref="DispatchOptions.IdempotencyKey"/>). Default: null, which makes
    /// each call create a run.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Gets the time from acceptance to the due time of the new run. Default: null, which makes it due at once. Range: zero to 36,525 days.
    /// </summary>
    public TimeSpan? Delay { get; init; }
}
