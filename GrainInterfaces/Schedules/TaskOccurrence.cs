namespace OrleansTasks;

/// <summary>Represents an instant at which a schedule plans a run of its task, and what influenced it.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskOccurrence")]
public sealed record TaskOccurrence
{
    /// <summary>Gets the instant, in UTC. For a dropped occurrence, it is the instant at which it is dropped.</summary>
    [Id(0)]
    public required DateTimeOffset Utc { get; init; }

    /// <summary>Gets the same instant in the time zone of the schedule; in UTC, if it has none.</summary>
    [Id(1)]
    public required DateTimeOffset Local { get; init; }

    /// <summary>Gets the instant, in UTC, before a closed day or jitter moved it. Otherwise the same as <see cref="Utc"/>.</summary>
    [Id(2)]
    public required DateTimeOffset Planned { get; init; }

    /// <summary>Gets what influenced the occurrence; for most, <see cref="OccurrenceEffects.None"/>.</summary>
    [Id(3)]
    public OccurrenceEffects Effects { get; init; }

    /// <summary>Gets a value indicating whether the occurrence takes place. A clock change or a closed day may drop it.</summary>
    public bool Occurs => !Effects.HasFlag(OccurrenceEffects.Dropped);
}
