namespace OrleansTasks;

/// <summary>Defines how an operation on many runs is carried out (<see cref="ITaskClient.ApplyAsync"/>).</summary>
public sealed record RunActionOptions
{
    /// <summary>
    /// Gets a key that combines several calls into one operation (<see cref="DispatchOptions.IdempotencyKey"/>). Default: null, which makes
    /// each call start an operation.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Gets a note for people, which is stored with each run that is acknowledged or discarded. Default: null, for none. Range: up to
    /// <see cref="RunMark.MaxNote"/> characters.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>
    /// Gets the time from acceptance to the due time of each new run, for <see cref="RunAction.Retry"/>. Default: null, which makes them
    /// due at once. Range: zero to 36,525 days.
    /// </summary>
    public TimeSpan? Delay { get; init; }
}
