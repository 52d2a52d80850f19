namespace OrleansTasks.Calls;

/// <summary>What a task grain says of itself when it attaches to its partition.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Attachment")]
internal sealed record Attachment
{
    /// <summary>Names the activation; no later one has the same.</summary>
    [Id(0)]
    public Guid Activation { get; init; }

    [Id(1)]
    public required SiloAddress Silo { get; init; }

    /// <summary>The number of the last briefing that it has; another one, or something else of the partition's, may have been lost on its way.</summary>
    [Id(2)]
    public long Briefing { get; init; }

    /// <summary>The instant after which it looks after no further occurrences, although it was to.</summary>
    [Id(3)]
    public DateTimeOffset? LetGo { get; init; }

    /// <summary>Whether its silo stops, so that it starts nothing.</summary>
    [Id(4)]
    public bool IsStopping { get; init; }

    /// <summary>Counts the questions of the activation. One that comes after a later one is not answered: nobody waits for it any more. Zero from silos of earlier versions.</summary>
    [Id(5)]
    public long Question { get; init; }

    /// <summary>Its term, as its briefings say; 0 if it has had none, or is on a silo of an earlier version.</summary>
    [Id(6)]
    public long Term { get; init; }

    /// <summary>The epoch of that briefing: numbers begin anew with each attachment. Zero before the first one, and from silos of earlier versions.</summary>
    [Id(7)]
    public long Epoch { get; init; }

    /// <summary>Names the activation of the partition that has asked for that last; empty if none has. Null from silos of earlier versions.</summary>
    [Id(8)]
    public Guid? Met { get; init; }
}
