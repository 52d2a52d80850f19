namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /batches</c>.</summary>
internal sealed record DispatchBatchRequest
{
    /// <summary>The runs: the bodies of dispatches, each with the name of its task.</summary>
    public IReadOnlyList<DispatchBatchItem>? Items { get; init; }

    /// <summary>The run to follow when all of them have ended.</summary>
    public Continuation? Then { get; init; }
}
