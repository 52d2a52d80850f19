namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /runs/retry</c>. It is optional if the request has a query.</summary>
internal sealed record RetryRunsRequest
{
    /// <summary>Gets the runs, up to 1,000. Without them, the query selects the runs.</summary>
    public IReadOnlyList<RunId>? RunIds { get; init; }

    /// <summary>Gets the time from acceptance until each new run is due.</summary>
    public TimeSpan? Delay { get; init; }
}
