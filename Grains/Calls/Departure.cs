using OrleansTasks.Records;

namespace OrleansTasks.Calls;

/// <summary>What a task grain leaves to its partition when it deactivates.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Departure")]
internal sealed record Departure
{
    /// <summary>The activation that leaves.</summary>
    [Id(5)]
    public Guid Activation { get; init; }

    /// <summary>Whether it had a briefing; if not, nothing else here counts.</summary>
    [Id(6)]
    public bool Briefed { get; init; }

    /// <summary>The term in which it owned the task, so that it is not taken for the departure from a later one; 0 from silos of earlier versions.</summary>
    [Id(9)]
    public long Term { get; init; }

    /// <summary>The last sequence number that it used.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>What came of the occurrences up to this instant is stored; null if nothing is known.</summary>
    [Id(1)]
    public DateTimeOffset? Settled { get; init; }

    /// <summary>How far the task's records have come; nothing is known from silos of earlier versions.</summary>
    [Id(10)]
    public StoredMarks Marks { get; init; }

    /// <summary>Whether runs of the task are under way, which the next owner has to look for.</summary>
    [Id(2)]
    public bool HasOrphans { get; init; }

    /// <summary>Whether the task is no more, and its history was removed.</summary>
    [Id(8)]
    public bool Forgotten { get; init; }

    /// <summary>The first of the occurrences whose runs it may have claimed and never starts; null if there are none.</summary>
    [Id(7)]
    public DateTimeOffset? Unclaimed { get; init; }

    /// <summary>The attempts of stored runs that may have started, where it has anything to say about them.</summary>
    [Id(4)]
    public IReadOnlyDictionary<Guid, int> Attempts { get; init; } = new Dictionary<Guid, int>();

    /// <summary>Runs that no silo has yet; the partition may know them.</summary>
    [Id(3)]
    public IReadOnlyList<StoredRun> Runs { get; init; } = [];
}
