namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /runs/retry</c>; it may be left out where there is a query.</summary>
internal sealed record RetryRunsRequest
{
    /// <summary>The runs, up to 1,000; without them the query says which.</summary>
    public IReadOnlyList<RunId>? RunIds { get; init; }

    /// <summary>How long after its acceptance each new run is due.</summary>
    public TimeSpan? Delay { get; init; }
}
