namespace OrleansTasks;

/// <summary>How a run that has ended is dispatched again (<see cref="ITaskClient.RetryAsync"/>).</summary>
public sealed record RetryOptions
{
    /// <summary>Arguments in place of those of the run. Null, the default: the same.</summary>
    public TaskArguments? Arguments { get; init; }

    /// <summary>A key that makes one new run of several calls (<see cref="DispatchOptions.IdempotencyKey"/>). Null, the default: each call makes one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>How long after its acceptance the new run is due. Null, the default: at once. Range: zero to 36,525 days.</summary>
    public TimeSpan? Delay { get; init; }
}
