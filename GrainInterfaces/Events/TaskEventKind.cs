using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the kinds of <see cref="TaskEvent"/>. JSON uses camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskEventKind>))]
public enum TaskEventKind
{
    /// <summary>An attempt of a run started.</summary>
    RunStarted = 0,

    /// <summary>A run reported its progress.</summary>
    RunProgressed = 1,

    /// <summary>A run ended. <see cref="TaskEvent.Status"/> has its final status, and the result has the details.</summary>
    RunEnded = 2,

    /// <summary>An attempt of a run failed, and another attempt follows at <see cref="TaskEvent.Until"/>.</summary>
    RunRetried = 3,

    /// <summary>A run has been due for longer than <see cref="TaskOptions.OverdueAfter"/> and has not started.</summary>
    RunOverdue = 4,

    /// <summary>A run has been active for longer than <see cref="TaskOptions.TooLongAfter"/>.</summary>
    RunTooLong = 5,

    /// <summary>A cancelled run continues in spite of its cancellation.</summary>
    RunIgnoresCancellation = 6,

    /// <summary>
    /// The silo of an attempt was lost, and another attempt follows at <see cref="TaskEvent.Until"/> or soon. <see cref="TaskEvent.Note"/>
    /// gives the number of losses.
    /// </summary>
    RunLostSilo = 7,

    /// <summary>
    /// A handler has waited for 30 seconds for another run that has not started. <see cref="TaskEvent.Note"/> says what that run waits for.
    /// </summary>
    RunStuck = 8,

    /// <summary>An occurrence was skipped, for the reason in <see cref="TaskEvent.Reason"/>.</summary>
    OccurrenceSkipped = 10,

    /// <summary>
    /// An occurrence, or all occurrences up to <see cref="TaskEvent.Until"/>, should have fired but did not, for the reason in
    /// <see cref="TaskEvent.Reason"/>.
    /// </summary>
    OccurrenceMissed = 11,

    /// <summary>The task was registered under a new name, or under the name of a cancelled task.</summary>
    TaskRegistered = 20,

    /// <summary>The task's registration was changed.</summary>
    TaskChanged = 21,

    /// <summary>The task was paused.</summary>
    TaskPaused = 22,

    /// <summary>The task was resumed.</summary>
    TaskResumed = 23,

    /// <summary>The task was cancelled.</summary>
    TaskCancelled = 24,

    /// <summary>
    /// Stored instants of the task, up to <see cref="TaskEvent.Until"/>, were ahead of the clock and were set to the present. A clock is or
    /// was wrong.
    /// </summary>
    ClockCorrected = 25,

    /// <summary>
    /// Storage lost acknowledged writes, and the silo that owns the partition writes them again from memory. Nothing is lost unless that
    /// silo is lost before it finishes. <see cref="TaskEvent.Task"/> is empty and <see cref="TaskEvent.Note"/> names the partition, or
    /// <see cref="TaskEvent.Task"/> is the task whose history or ledger is written again.
    /// </summary>
    StorageWentBack = 30,

    /// <summary>
    /// Stored data is lost. <see cref="TaskEvent.Task"/> is empty and <see cref="TaskEvent.Note"/> names the partition, or
    /// <see cref="TaskEvent.Task"/> is the task that lost part of its history or ledger. The note says what is lost and how much, as far as
    /// that is known.
    /// </summary>
    StorageLost = 31,

    /// <summary>
    /// A stored item cannot be read. It stays in storage but is ignored; the rest of its partition is available.
    /// <see cref="TaskEvent.Task"/> is the item's task, or empty if it is not known. <see cref="TaskEvent.Note"/> names the item and the
    /// reason.
    /// </summary>
    StoredItemSetAside = 32,
}
