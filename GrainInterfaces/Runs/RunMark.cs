namespace OrleansTasks;

/// <summary>Represents what somebody did about a dead letter. It is stored with the run, and kept as long.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunMark")]
public sealed record RunMark
{
    /// <summary>The maximum length of a note, in characters.</summary>
    public const int MaxNote = 1_000;

    /// <summary>Gets what was done: acknowledged, retried or discarded.</summary>
    [Id(0)]
    public DeadLetterState State { get; init; }

    /// <summary>Gets the time at which it was stored.</summary>
    [Id(1)]
    public DateTimeOffset At { get; init; }

    /// <summary>Gets the name of whoever did it (see <see cref="TaskActor"/>), or null if it is not known.</summary>
    [Id(2)]
    public string? By { get; init; }

    /// <summary>Gets the note, or null if there is none.</summary>
    [Id(3)]
    public string? Note { get; init; }

    /// <summary>Gets the new run, if the run was retried; otherwise null.</summary>
    [Id(4)]
    public RunId? RetriedBy { get; init; }
}
