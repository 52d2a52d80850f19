namespace OrleansTasks.Tasks;

/// <summary>Whether the grain of a task stays in memory.</summary>
internal interface ITaskPresence
{
    /// <summary>Notes that somebody other than its schedule has to do with it.</summary>
    void NoteAsked();

    /// <summary>The same, and makes sure that the partition was asked what there is to know.</summary>
    ValueTask EnsureAttachedAsync();

    /// <summary>Leaves if there is no such task, and none of its runs here.</summary>
    void LeaveIfEmpty();

    /// <summary>An activation of a task that does not exist has nothing to stay for.</summary>
    /// <returns>What the caller is told.</returns>
    TaskException LeaveWith(TaskException absence);
}
