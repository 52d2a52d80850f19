using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Decides how an entry changes when configuration names a task, or no longer names it. Pure.</summary>
internal static class Configurations
{
    /// <summary>The author that is recorded for changes by configuration.</summary>
    public const string Author = "configuration";

    /// <summary>
    /// Returns the entry of a task that configuration names; null if nothing changes. If configuration said the same before, changes at run
    /// time stay.
    /// </summary>
    public static TaskEntry? Apply(ConfiguredTask task, TaskEntry? old, DateTimeOffset now)
    {
        var mark = new DefinitionMark(task.Code ?? old?.DefinedBy.Code, task.Fingerprint());
        if (old?.DefinedBy.Configuration == mark.Configuration)
        {
            return task.Code is null ? null : NoteCode(task.Code, old!);
        }

        // A pause that somebody requested stays. A pause from the previous configuration ends, unless this configuration has it too.
        var wasPaused = old is { State: TaskState.Paused, PausedBy: Author };
        var entry = Registrations.ApplyDefinition(task.Task, wasPaused && task.Pause is null ? old!.To(TaskState.Active, now) : old,
            now) with
        { Definition = mark.ToString() };
        return task.Pause is not { } pause ? entry : entry.To(TaskState.Paused, now) with
        {
            PauseNote = pause.Note,
            PausedUntil = pause.Until?.ToUniversalTime(),
            PausedBy = Author,
            PausedAt = wasPaused ? old!.PausedAt : now,
            PauseCatchesUp = pause.Occurrences == PausedOccurrences.CatchUp,
        };
    }

    /// <summary>
    /// Returns the entry of a task that configuration names, with the present definition in code, although that does not apply. When
    /// configuration releases the task, the code's definition applies again, even if a silo that lacks the code releases it. Nothing that
    /// users see changes, except who defines the task.
    /// </summary>
    /// <returns>Null if there is nothing to record.</returns>
    public static TaskEntry? NoteCode(string code, TaskEntry old) =>
        old.DefinedBy is { Configuration: not null } mark && mark.Code != code
            ? old with { Definition = (mark with { Code = code }).ToString() }
            : null;

    /// <summary>
    /// Returns the entry of a task that configuration no longer names and that no code here defines: a silo may lack code that others have.
    /// If code has defined the task somewhere, it belongs to that code again, which provides the definition when it is next present. A task
    /// that only configuration has named is cancelled. A task that somebody has cancelled stays cancelled.
    /// </summary>
    public static TaskEntry LetGo(TaskEntry old, DateTimeOffset now) => old.DefinedBy.Code is not { } code
        ? Remove(old, now)
        : Unpaused(old, now) with
        {
            Definition = old.State == TaskState.Cancelled ? code : DefinitionMark.SomeCode,
            Revision = old.Revision + 1
        };

    /// <summary>Returns whether code has yet to define a task that configuration has released.</summary>
    public static bool AwaitsCode(TaskEntry entry) => entry.Definition == DefinitionMark.SomeCode;

    /// <summary>
    /// Returns the entry of a task that configuration no longer names and code defines. A cancelled task stays cancelled.
    /// </summary>
    public static TaskEntry GiveBack(TaskDefinition code, TaskEntry old, DateTimeOffset now)
    {
        var mark = code.Fingerprint();
        if (old.State == TaskState.Cancelled)
        {
            return old with { Definition = mark };
        }

        return Registrations.ApplyDefinition(code, Unpaused(old, now), now) with { Definition = mark };
    }

    /// <summary>Returns the entry without a pause that configuration requested.</summary>
    private static TaskEntry Unpaused(TaskEntry old, DateTimeOffset now) =>
        old is { State: TaskState.Paused, PausedBy: Author } ? old.To(TaskState.Active, now) : old;

    /// <summary>Returns the entry of a task that only configuration has named, and names no longer.</summary>
    private static TaskEntry Remove(TaskEntry old, DateTimeOffset now)
    {
        var entry = old with { Definition = null, Revision = old.Revision + 1 };
        return old.State == TaskState.Cancelled ? entry : entry.To(TaskState.Cancelled, now) with { Changes = old.At(now).Changes };
    }
}
