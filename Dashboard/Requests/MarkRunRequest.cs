namespace OrleansTasks.Requests;

/// <summary>
/// Represents the body of <c>POST /runs/{runId}/acknowledge</c> and <c>POST /runs/{runId}/discard</c>. All members are optional.
/// </summary>
internal sealed record MarkRunRequest
{
    /// <summary>Gets the note that is stored with the run, up to 1,000 characters.</summary>
    public string? Note { get; init; }
}
