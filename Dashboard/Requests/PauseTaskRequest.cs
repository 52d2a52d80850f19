namespace OrleansTasks.Requests;

/// <summary>Represents the body of <c>POST /tasks/{name}/pause</c>. All members are optional.</summary>
internal sealed record PauseTaskRequest
{
    /// <summary>Gets the reason, for readers.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the instant at which the task resumes by itself; null to pause it until it is resumed explicitly.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets who pauses the task. It is ignored if the request is signed in: the pause then records the user's name.</summary>
    public string? By { get; init; }

    /// <summary>Gets what happens to the occurrences during the pause: "skip", the default, or "catchUp".</summary>
    public PausedOccurrences Occurrences { get; init; }
}
