using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>Something that happened to a task, as it goes out on the event streams.</summary>
/// <remarks>
/// Events are for watching. They travel once and are kept nowhere: what they tell is also in the results, the ledger
/// (<see cref="TaskHandle.LedgerAsync"/>) and the changes of the task (<see cref="TaskInfo.Changes"/>), which miss nothing.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskEvent")]
public sealed record TaskEvent
{
    /// <summary>The task's name.</summary>
    [Id(0)]
    public required string Task { get; init; }

    /// <summary>What happened.</summary>
    [Id(1)]
    public TaskEventKind Kind { get; init; }

    /// <summary>When, in UTC.</summary>
    [Id(2)]
    public DateTimeOffset At { get; init; }

    /// <summary>The run that it is about; null if it is about none.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunId? RunId { get; init; }

    /// <summary>The occurrence that it is about, or the instant for which the run was planned; null if it is about none.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The last instant of a stretch of missed occurrences, the end of a pause, or the instant of the next attempt; null if there is none.</summary>
    [Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Until { get; init; }

    /// <summary>The attempt of the run, from 1; null if it is about none.</summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }

    /// <summary>How a run ended; null otherwise.</summary>
    [Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunStatus? Status { get; init; }

    /// <summary>Why an occurrence was skipped or missed; null otherwise.</summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OutcomeReason? Reason { get; init; }

    /// <summary>The progress of a run; null otherwise.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunProgress? Progress { get; init; }

    /// <summary>Who did it (see <see cref="TaskActor"/>); null if that is not known.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>A note of who did it, or the error of a run; null if there is none.</summary>
    [Id(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>The silo on which it happened; null if that is of no interest.</summary>
    [Id(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Silo { get; init; }
}
