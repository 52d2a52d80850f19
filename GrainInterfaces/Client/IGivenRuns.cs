namespace OrleansTasks.Client;

/// <summary>Dispatches runs whose ids the caller has chosen and told others before.</summary>
internal interface IGivenRuns
{
    /// <summary>Stores a run. See <see cref="ITaskClient.DispatchAsync"/>.</summary>
    Task<RunId> DispatchAsync(GivenRun run, TaskArguments? arguments, DispatchOptions? options, CancellationToken ct);
}
