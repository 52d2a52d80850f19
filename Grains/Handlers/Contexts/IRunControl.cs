namespace OrleansTasks.Handlers.Contexts;

/// <summary>Defines the operations of the engine that a run's context offers.</summary>
internal interface IRunControl
{
    void Report(double? fraction, string? message, object? data);

    Task<bool> CancelTaskAsync();

    Task BroadcastAsync<T>(T message, CancellationToken ct);

    /// <summary>Gets what the handler saves for the next attempt.</summary>
    CheckpointKeeper Checkpoints { get; }
}
