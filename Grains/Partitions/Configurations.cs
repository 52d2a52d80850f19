using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>What becomes of an entry when configuration names a task, or names it no more. Pure.</summary>
internal static class Configurations
{
    /// <summary>Who is noted with changes that configuration makes.</summary>
    public const string Author = "configuration";

    /// <summary>The entry of a task that configuration names; null if nothing of it changes. Where it has said just this before, what was changed while running stays.</summary>
    public static TaskEntry? Apply(ConfiguredTask task, TaskEntry? old, DateTimeOffset now)
    {
        var mark = new DefinitionMark(task.Code ?? old?.DefinedBy.Code, task.Fingerprint());
        if (old?.DefinedBy.Configuration == mark.Configuration)
        {
            return task.Code is null ? null : NoteCode(task.Code, old!);
        }

        // A pause that somebody asked for stays; one of the configuration before ends, unless this one has it too.
        var wasPaused = old is { State: TaskState.Paused, PausedBy: Author };
        var entry = Registrations.ApplyDefinition(task.Task, wasPaused && task.Pause is null ? old!.To(TaskState.Active, now) : old, now) with { Definition = mark.ToString() };
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
    /// The entry of a task that configuration names with what code says of it now, although that does not count: when configuration lets it go, it is the code's, also where that is done by a silo that
    /// lacks the code. Nothing that people see of it changes but who defines it.
    /// </summary>
    /// <returns>Null if nothing is to be noted.</returns>
    public static TaskEntry? NoteCode(string code, TaskEntry old) => old.DefinedBy is { Configuration: not null } mark && mark.Code != code ? old with { Definition = (mark with { Code = code }).ToString() } : null;

    /// <summary>
    /// The entry of a task that configuration names no more, and that no code here defines: a silo may lack code that others have. One that code has defined somewhere is that code's again,
    /// which brings what it says when it is next there; one that only configuration has named is cancelled. One that somebody has cancelled stays so.
    /// </summary>
    public static TaskEntry LetGo(TaskEntry old, DateTimeOffset now) => old.DefinedBy.Code is not { } code
        ? Remove(old, now)
        : Unpaused(old, now) with { Definition = old.State == TaskState.Cancelled ? code : DefinitionMark.SomeCode, Revision = old.Revision + 1 };

    /// <summary>Whether code has yet to say what a task is that was let go.</summary>
    public static bool AwaitsCode(TaskEntry entry) => entry.Definition == DefinitionMark.SomeCode;

    /// <summary>The entry of a task that configuration names no more, and code does; one that was cancelled stays so.</summary>
    public static TaskEntry GiveBack(TaskDefinition code, TaskEntry old, DateTimeOffset now)
    {
        var mark = code.Fingerprint();
        if (old.State == TaskState.Cancelled)
        {
            return old with { Definition = mark };
        }

        return Registrations.ApplyDefinition(code, Unpaused(old, now), now) with { Definition = mark };
    }

    /// <summary>The same without a pause that configuration has asked for.</summary>
    private static TaskEntry Unpaused(TaskEntry old, DateTimeOffset now) => old is { State: TaskState.Paused, PausedBy: Author } ? old.To(TaskState.Active, now) : old;

    /// <summary>The entry of a task that only configuration has named, and names no more.</summary>
    private static TaskEntry Remove(TaskEntry old, DateTimeOffset now)
    {
        var entry = old with { Definition = null, Revision = old.Revision + 1 };
        return old.State == TaskState.Cancelled ? entry : entry.To(TaskState.Cancelled, now) with { Changes = old.At(now).Changes };
    }
}
