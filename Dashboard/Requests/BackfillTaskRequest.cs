namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /tasks/{name}/backfill</c>.</summary>
internal sealed record BackfillTaskRequest
{
    /// <summary>Gets the first instant of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Gets the last instant of the period. It must not be in the future.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Gets the headers of the runs: an object of strings.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
