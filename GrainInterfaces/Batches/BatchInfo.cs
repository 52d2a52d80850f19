namespace OrleansTasks;

/// <summary>Represents the current state of a batch of runs.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchInfo")]
public sealed record BatchInfo
{
    /// <summary>Gets the batch's id.</summary>
    [Id(0)]
    public required Guid Id { get; init; }

    /// <summary>Gets the number of runs in the batch.</summary>
    [Id(1)]
    public int Total { get; init; }

    /// <summary>Gets the number of runs that succeeded.</summary>
    [Id(2)]
    public int Succeeded { get; init; }

    /// <summary>
    /// Gets the number of runs that ended without success and were not cancelled, including runs that could not be stored.
    /// </summary>
    [Id(3)]
    public int Failed { get; init; }

    /// <summary>Gets the number of cancelled runs, including those that were never stored because the batch was cancelled first.</summary>
    [Id(4)]
    public int Cancelled { get; init; }

    /// <summary>Gets the number of runs that have not ended.</summary>
    public int Pending => Total - Succeeded - Failed - Cancelled;

    /// <summary>Gets the time at which the batch was accepted.</summary>
    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the time at which the last run ended, or null if some runs have not ended.</summary>
    [Id(6)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets the run that follows the batch, or null if there is none or it has not been created yet.</summary>
    [Id(7)]
    public RunId? Then { get; init; }

    /// <summary>Gets the reasons why runs could not be stored, for the first ten of those runs.</summary>
    [Id(8)]
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>Gets the name of whoever requested the batch (see <see cref="TaskActor"/>), or null if it is not known.</summary>
    [Id(9)]
    public string? RequestedBy { get; init; }

    /// <summary>Gets the time at which the batch was cancelled, or null if it was not.</summary>
    [Id(10)]
    public DateTimeOffset? CancelledAt { get; init; }

    /// <summary>
    /// Gets the name of whoever cancelled the batch (see <see cref="TaskActor"/>), or null if it was not cancelled or the name is not
    /// known.
    /// </summary>
    [Id(11)]
    public string? CancelledBy { get; init; }

    /// <summary>Gets the status of the batch.</summary>
    public BatchStatus Status => CancelledAt is null
        ? FinishedAt is null ? BatchStatus.Running : BatchStatus.Finished
        : FinishedAt is null ? BatchStatus.Cancelling : BatchStatus.Cancelled;
}
