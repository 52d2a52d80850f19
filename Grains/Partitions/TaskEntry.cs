using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A task as its partition stores it. Immutable; a change makes a new one.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskEntry")]
internal sealed record TaskEntry
{
    [Id(0)]
    public required string Name { get; init; }

    [Id(1)]
    public required string Handler { get; init; }

    [Id(2)]
    public TaskState State { get; init; }

    /// <summary>The schedule as it was given.</summary>
    [Id(3)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The instant from which a schedule that is relative to its registration counts.</summary>
    [Id(4)]
    public DateTimeOffset Anchor { get; init; }

    [Id(5)]
    public TaskArguments? Arguments { get; init; }

    [Id(6)]
    public TaskOptions? Options { get; init; }

    /// <summary>The fingerprint of the code's definition that this came from; null if it was registered while running.</summary>
    [Id(7)]
    public string? Definition { get; init; }

    [Id(8)]
    public bool EachClusterStart { get; init; }

    [Id(9)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(10)]
    public DateTimeOffset UpdatedAt { get; init; }

    [Id(11)]
    public long Revision { get; init; }

    [Id(12)]
    public string? PauseNote { get; init; }

    /// <summary>Whether the one occurrence of a schedule that has just one has become a run.</summary>
    [Id(13)]
    public bool OnceDone { get; init; }

    [JsonIgnore]
    public TaskOptions EffectiveOptions => Options ?? TaskOptions.Default;

    /// <summary>What is promised of runs that the schedule makes.</summary>
    [JsonIgnore]
    public RunGuarantee OccurrenceGuarantee => EffectiveOptions.Guarantee ?? RunGuarantee.AtMostOnce;

    /// <summary>The schedule with nothing left open; null without one.</summary>
    [JsonIgnore]
    public TaskSchedule? Resolved => Schedule?.Resolve(Anchor);

    /// <summary>Whether occurrences become runs now.</summary>
    [JsonIgnore]
    public bool Fires => Schedule is not null && State == TaskState.Active;

    /// <summary>The next occurrence after an instant. The only one of a schedule that has just one may lie in the past, until it became a run.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset instant) => Resolved switch
    {
        null => null,
        AtSchedule at => OnceDone ? null : at.Instant,
        var schedule => schedule.NextAfter(instant > Anchor ? instant : Anchor),
    };

    public TaskInfo ToInfo(bool handlerAvailable, DateTimeOffset now, bool started) => new()
    {
        Name = Name,
        Handler = Handler,
        State = State,
        HandlerAvailable = handlerAvailable,
        DefinedInCode = Definition is not null,
        Schedule = Schedule,
        Arguments = Arguments,
        Options = EffectiveOptions,
        NextDue = Fires && started ? NextAfter(now) : null,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Revision = Revision,
        PauseNote = PauseNote,
    };
}
