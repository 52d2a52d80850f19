namespace OrleansTasks.Handlers.Contexts;

/// <summary>What a run's context can make the engine do.</summary>
internal interface IRunControl
{
    void Report(double? fraction, string? message, object? data);

    Task<bool> CancelTaskAsync();

    Task BroadcastAsync<T>(T message, CancellationToken ct);
}
