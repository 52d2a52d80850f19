namespace OrleansTasks.Requests;

/// <summary>
/// Represents the body of <c>POST /runs/acknowledge</c> and <c>POST /runs/discard</c>. It is optional if the request has a query.
/// </summary>
internal sealed record MarkRunsRequest
{
    /// <summary>Gets the runs, up to 1,000. Without them, the query selects the runs.</summary>
    public IReadOnlyList<RunId>? RunIds { get; init; }

    /// <summary>Gets the note that is stored with each run, up to 1,000 characters.</summary>
    public string? Note { get; init; }
}
