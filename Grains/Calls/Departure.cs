using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>Contains what a task grain leaves to its partition when it deactivates.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Departure")]
internal sealed record Departure
{
    /// <summary>Gets the activation that leaves.</summary>
    [Id(5)]
    public Guid Activation { get; init; }

    /// <summary>Gets whether it had a briefing. If not, everything else here is ignored.</summary>
    [Id(6)]
    public bool Briefed { get; init; }

    /// <summary>
    /// Gets the term in which it owned the task, so that this is not taken for the departure from a later term. It is 0 from silos of
    /// earlier versions.
    /// </summary>
    [Id(9)]
    public long Term { get; init; }

    /// <summary>Gets the last sequence number that it used.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>Gets the instant up to which the results of all occurrences are stored, or null if it is not known.</summary>
    [Id(1)]
    public DateTimeOffset? Settled { get; init; }

    /// <summary>Gets how far the task's records have come. Empty from silos of earlier versions.</summary>
    [Id(10)]
    public StoredMarks Marks { get; init; }

    /// <summary>Gets whether runs of the task are active, for which the next owner must search.</summary>
    [Id(2)]
    public bool HasOrphans { get; init; }

    /// <summary>Gets whether the task no longer exists, and its history was removed.</summary>
    [Id(8)]
    public bool Forgotten { get; init; }

    /// <summary>Gets the first of the occurrences that it may have claimed but never starts, or null if there are none.</summary>
    [Id(7)]
    public DateTimeOffset? Unclaimed { get; init; }

    /// <summary>Gets the attempts of stored runs that may have started, if it knows any.</summary>
    [Id(4)]
    public IReadOnlyDictionary<Guid, int> Attempts { get; init; } = new Dictionary<Guid, int>();

    /// <summary>Gets runs that no silo has yet. The partition may know them.</summary>
    [Id(3)]
    public IReadOnlyList<StoredRun> Runs { get; init; } = [];
}
