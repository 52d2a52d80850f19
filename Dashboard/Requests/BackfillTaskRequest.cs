namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /tasks/{name}/backfill</c>.</summary>
internal sealed record BackfillTaskRequest
{
    /// <summary>The first instant of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last instant of the period; not in the future.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>What is to go with the runs besides their arguments: an object of texts.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
