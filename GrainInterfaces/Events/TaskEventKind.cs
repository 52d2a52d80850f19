using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What a <see cref="TaskEvent"/> tells. In JSON: camel case names.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TaskEventKind>))]
public enum TaskEventKind
{
    /// <summary>An attempt of a run started.</summary>
    RunStarted = 0,

    /// <summary>A run reported its progress.</summary>
    RunProgressed = 1,

    /// <summary>A run has ended; <see cref="TaskEvent.Status"/> says how, and the result says the rest.</summary>
    RunEnded = 2,

    /// <summary>An attempt of a run failed, and another one follows at <see cref="TaskEvent.Until"/>.</summary>
    RunRetried = 3,

    /// <summary>A run is due for longer than <see cref="TaskOptions.OverdueAfter"/> and has not started.</summary>
    RunOverdue = 4,

    /// <summary>A run is under way for longer than <see cref="TaskOptions.TooLongAfter"/>.</summary>
    RunTooLong = 5,

    /// <summary>A run that was asked to stop goes on all the same.</summary>
    RunIgnoresCancellation = 6,

    /// <summary>The silo of an attempt was lost, and another attempt follows at <see cref="TaskEvent.Until"/> or soon; <see cref="TaskEvent.Note"/> says how often that has happened.</summary>
    RunLostSilo = 7,

    /// <summary>A run waits for another one, inside its handler, which has not begun for 30 seconds; <see cref="TaskEvent.Note"/> says what that one waits for.</summary>
    RunStuck = 8,

    /// <summary>An occurrence was left out, for <see cref="TaskEvent.Reason"/>.</summary>
    OccurrenceSkipped = 10,

    /// <summary>An occurrence, or all of them up to <see cref="TaskEvent.Until"/>, was to be made and was not, for <see cref="TaskEvent.Reason"/>.</summary>
    OccurrenceMissed = 11,

    /// <summary>The task was registered, under a new name or one that had been cancelled.</summary>
    TaskRegistered = 20,

    /// <summary>The task's registration was changed.</summary>
    TaskChanged = 21,

    /// <summary>The task was paused.</summary>
    TaskPaused = 22,

    /// <summary>The task was resumed.</summary>
    TaskResumed = 23,

    /// <summary>The task was cancelled.</summary>
    TaskCancelled = 24,

    /// <summary>Stored instants of the task lay ahead of the clock, up to <see cref="TaskEvent.Until"/>, and were set to the present: a clock is wrong, or was.</summary>
    ClockCorrected = 25,

    /// <summary>
    /// Storage lost writes that it had acknowledged, and the silo that has the partition writes them again from its memory: nothing is lost unless that silo is
    /// lost too before it is done. <see cref="TaskEvent.Task"/> is empty, and <see cref="TaskEvent.Note"/> names the partition; or it is the task whose history or
    /// ledger is written again.
    /// </summary>
    StorageWentBack = 30,

    /// <summary>
    /// Something that had been stored is lost. <see cref="TaskEvent.Task"/> is empty, and <see cref="TaskEvent.Note"/> names the partition; or it is the task that
    /// has lost something of its history or ledger. The note says what is lost and how much, as far as that can be known.
    /// </summary>
    StorageLost = 31,

    /// <summary>
    /// A stored item cannot be read. It is kept in storage and left out; everything else of its partition is there. <see cref="TaskEvent.Task"/> is the
    /// task that it belongs to, empty if that is not known; <see cref="TaskEvent.Note"/> names the item and the reason.
    /// </summary>
    StoredItemSetAside = 32,
}
