using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A run as its partition stores it, from its acceptance until its result is in the history.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.StoredRun")]
internal sealed record StoredRun
{
    [Id(0)]
    public required RunId RunId { get; init; }

    /// <summary>Null: the task's own.</summary>
    [Id(1)]
    public TaskArguments? Arguments { get; init; }

    [Id(2)]
    public DateTimeOffset DueAt { get; init; }

    [Id(3)]
    public RunTrigger Trigger { get; init; }

    [Id(4)]
    public RunGuarantee Guarantee { get; init; }

    [Id(5)]
    public TimeSpan? Timeout { get; init; }

    [Id(6)]
    public string? IdempotencyKey { get; init; }

    /// <summary>The attempts that may have been started; kept for runs that may not be repeated.</summary>
    [Id(7)]
    public int Attempts { get; init; }

    /// <summary>The activation that noted the last of these attempts: it may make it, and nobody else.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Marker { get; init; }

    /// <summary>The occurrence that it is for, if that is not when it is due.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Occurrence { get; init; }

    /// <summary>What the run came to, until it is in the history.</summary>
    [Id(8)]
    public TaskResult? Result { get; init; }
}
