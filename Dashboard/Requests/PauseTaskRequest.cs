namespace OrleansTasks.Requests;

/// <summary>The body of <c>POST /tasks/{name}/pause</c>; everything may be left out.</summary>
internal sealed record PauseTaskRequest
{
    /// <summary>Why, for people.</summary>
    public string? Note { get; init; }

    /// <summary>When it goes on by itself; null: when it is resumed.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Who pauses it. Of a request that is signed in it is not taken: that request bears its own name.</summary>
    public string? By { get; init; }

    /// <summary>What becomes of the occurrences within the pause: "skip", the default, or "catchUp".</summary>
    public PausedOccurrences Occurrences { get; init; }
}
