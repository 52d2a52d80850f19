namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /batches</c>.</summary>
internal sealed record DispatchBatchRequest
{
    /// <summary>Gets the runs. Each one is the body of a dispatch, with the name of its task.</summary>
    public IReadOnlyList<DispatchBatchItem>? Items { get; init; }

    /// <summary>Gets the continuation that runs after all runs have ended.</summary>
    public Continuation? Then { get; init; }
}
