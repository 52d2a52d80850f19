using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>Represents an event of a task, as published on the event streams.</summary>
/// <remarks>
/// Events are for observation. They are sent once and not stored. The same information is in the results, the ledger
/// (<see cref="TaskHandle.LedgerAsync"/>) and the changes of the task (<see cref="TaskInfo.Changes"/>), which miss nothing.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskEvent")]
public sealed record TaskEvent
{
    /// <summary>Gets the task's name.</summary>
    [Id(0)]
    public required string Task { get; init; }

    /// <summary>Gets the kind of event.</summary>
    [Id(1)]
    public TaskEventKind Kind { get; init; }

    /// <summary>Gets the time of the event, in UTC.</summary>
    [Id(2)]
    public DateTimeOffset At { get; init; }

    /// <summary>Gets the run of the event, or null if there is none.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? RunId { get; init; }

    /// <summary>Gets the occurrence of the event, or the instant for which its run was planned. Null if there is none.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>
    /// Gets the last instant of a range of missed occurrences, the end of a pause, or the instant of the next attempt. Null if there is
    /// none.
    /// </summary>
    [Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets the attempt of the run, from 1, or null if there is none.</summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }

    /// <summary>Gets the final status of a run, or null for other events.</summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunStatus? Status { get; init; }

    /// <summary>Gets the reason why an occurrence was skipped or missed, or null for other events.</summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutcomeReason? Reason { get; init; }

    /// <summary>Gets the progress of a run, or null for other events.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunProgress? Progress { get; init; }

    /// <summary>Gets the name of whoever caused the event (see <see cref="TaskActor"/>), or null if it is not known.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Gets the note of whoever caused the event, or the error of a run. Null if there is none.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>Gets the silo on which the event happened, or null where it does not matter.</summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Silo { get; init; }
}
