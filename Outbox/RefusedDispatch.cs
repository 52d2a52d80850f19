namespace OrleansTasks;

/// <summary>Represents a dispatch in an outbox that the cluster refused for good. It stays in the outbox until somebody decides.</summary>
public sealed record RefusedDispatch
{
    /// <summary>Gets the id of the run that was not accepted.</summary>
    public required RunId Run { get; init; }

    /// <summary>Gets the key whose dispatches are handed over in order, or null if there is none.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the arguments as JSON, or null for the task's own arguments.</summary>
    public string? Arguments { get; init; }

    /// <summary>Gets when it was added to the outbox.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it was refused.</summary>
    public DateTimeOffset RefusedAt { get; init; }

    /// <summary>Gets how often it was handed over.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets why it was refused: the type and the message of the exception.</summary>
    public required string Reason { get; init; }
}
