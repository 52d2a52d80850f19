namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /runs/cancel</c>.</summary>
internal sealed record CancelRunsRequest
{
    /// <summary>Gets the runs, up to 1,000.</summary>
    public IReadOnlyList<RunId>? RunIds { get; init; }
}
