namespace OrleansTasks;

/// <summary>An instant at which a schedule wants its task to run, and what had a say in it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskOccurrence")]
public sealed record TaskOccurrence
{
    /// <summary>The instant, in UTC. Of one that is dropped: the instant at which that is so.</summary>
    [Id(0)]
    public required DateTimeOffset Utc { get; init; }

    /// <summary>The same instant in the time zone of the schedule; in UTC, if it has none.</summary>
    [Id(1)]
    public required DateTimeOffset Local { get; init; }

    /// <summary>The instant, in UTC, before a closed day or jitter had a say; the same as <see cref="Utc"/> otherwise.</summary>
    [Id(2)]
    public required DateTimeOffset Planned { get; init; }

    /// <summary>What had a say in it; <see cref="OccurrenceEffects.None"/> for most.</summary>
    [Id(3)]
    public OccurrenceEffects Effects { get; init; }

    /// <summary>Whether it occurs: a clock change or a closed day may drop it.</summary>
    public bool Occurs => !Effects.HasFlag(OccurrenceEffects.Dropped);
}
