namespace OrleansTasks;

/// <summary>How many runs that have ended are dispatched again (<see cref="ITaskClient.RetryAllAsync"/>).</summary>
public sealed record RetryAllOptions
{
    /// <summary>A key that makes one operation of several calls (<see cref="DispatchOptions.IdempotencyKey"/>). Null, the default: each call makes one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>How long after its acceptance each new run is due. Null, the default: at once. Range: zero to 36,525 days.</summary>
    public TimeSpan? Delay { get; init; }
}
