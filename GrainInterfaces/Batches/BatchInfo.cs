namespace OrleansTasks;

/// <summary>A batch of runs as it stands.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchInfo")]
public sealed record BatchInfo
{
    /// <summary>The batch's id.</summary>
    [Id(0)]
    public required Guid Id { get; init; }

    /// <summary>How many runs it has.</summary>
    [Id(1)]
    public int Total { get; init; }

    /// <summary>How many have succeeded.</summary>
    [Id(2)]
    public int Succeeded { get; init; }

    /// <summary>How many have ended otherwise and were not cancelled; those among them that were refused when they were to be stored.</summary>
    [Id(3)]
    public int Failed { get; init; }

    /// <summary>How many were cancelled; those among them that were never stored, because the batch was cancelled before.</summary>
    [Id(4)]
    public int Cancelled { get; init; }

    /// <summary>How many have not ended.</summary>
    public int Pending => Total - Succeeded - Failed - Cancelled;

    /// <summary>When it was accepted.</summary>
    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last run ended; null if not all have.</summary>
    [Id(6)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The run that followed; null if none did yet, or none does.</summary>
    [Id(7)]
    public RunId? Then { get; init; }

    /// <summary>Why runs could not be stored, for the first ten of them.</summary>
    [Id(8)]
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Who asked for it (see <see cref="TaskActor"/>); null if that is not known.</summary>
    [Id(9)]
    public string? RequestedBy { get; init; }

    /// <summary>When it was cancelled; null if it was not.</summary>
    [Id(10)]
    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>Who cancelled it (see <see cref="TaskActor"/>); null if nobody did, or that is not known.</summary>
    [Id(11)]
    public string? CancelledBy { get; init; }

    /// <summary>Where it is.</summary>
    public BatchStatus Status => CancelledAt is null
        ? FinishedAt is null ? BatchStatus.Running : BatchStatus.Finished
        : FinishedAt is null ? BatchStatus.Cancelling : BatchStatus.Cancelled;
}
