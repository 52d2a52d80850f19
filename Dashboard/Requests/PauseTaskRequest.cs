namespace OrleansTasks;

/// <summary>The body of <c>POST /tasks/{name}/pause</c>; everything may be left out.</summary>
internal sealed record PauseTaskRequest
{
    /// <summary>Why, for people.</summary>
    public string? Note { get; init; }

    /// <summary>When to resume by itself.</summary>
    public DateTimeOffset? Until { get; init; }
}
