namespace OrleansTasks.Calls;

/// <summary>Contains what a task grain says about itself when it attaches to its partition.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Attachment")]
internal sealed record Attachment
{
    /// <summary>Gets the id of the activation. No later one has the same id.</summary>
    [Id(0)]
    public Guid Activation { get; init; }

    [Id(1)]
    public required SiloAddress Silo { get; init; }

    /// <summary>
    /// Gets the number of the last briefing that it has. If it is not the newest, that briefing or another message of the partition may
    /// have been lost.
    /// </summary>
    [Id(2)]
    public long Briefing { get; init; }

    /// <summary>Gets the instant after which it handles no further occurrences, although it was asked to.</summary>
    [Id(3)]
    public DateTimeOffset? LetGo { get; init; }

    /// <summary>Gets whether its silo is stopping, so that it starts nothing.</summary>
    [Id(4)]
    public bool IsStopping { get; init; }

    /// <summary>
    /// Gets the number of this question of the activation. A question that arrives after a later one is not answered, because nobody waits
    /// for the answer. Zero from silos of earlier versions.
    /// </summary>
    [Id(5)]
    public long Question { get; init; }

    /// <summary>Gets its term, as its briefings say, or 0 if it has had none, or is on a silo of an earlier version.</summary>
    [Id(6)]
    public long Term { get; init; }

    /// <summary>
    /// Gets the epoch of that briefing, because numbers start again with each attachment. Zero before the first one, and from silos of
    /// earlier versions.
    /// </summary>
    [Id(7)]
    public long Epoch { get; init; }

    /// <summary>
    /// Gets the id of the activation of the partition that last asked for it, or empty if none has. Null from silos of earlier versions.
    /// </summary>
    [Id(8)]
    public Guid? Met { get; init; }
}
