namespace OrleansTasks.Tasks;

/// <summary>Decides whether the activation of a task has a reason to stay in memory.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="records">The records that may not be written yet.</param>
/// <param name="origins">The runs to come.</param>
/// <param name="deactivate">Deactivates the grain once it is idle.</param>
internal sealed class TaskPresence(TaskContext context, TaskRecords records, RunOrigins origins, Action deactivate) : TaskPart(context)
{
    // Whether anybody other than its schedule has used the task since it was activated.
    private bool _isAsked;

    /// <summary>Records that somebody other than its schedule uses the task.</summary>
    public void NoteAsked() => _isAsked = true;

    /// <summary>Records the same, and makes sure that the partition was asked for a briefing.</summary>
    public async ValueTask EnsureAttachedAsync()
    {
        _isAsked = true;
        if (!Link.IsReady)
        {
            await Link.AttachAsync();
        }
    }

    /// <summary>Deactivates the grain once it is idle.</summary>
    public void Leave() => deactivate();

    /// <summary>Leaves if the task does not exist and none of its runs is here.</summary>
    public void LeaveIfEmpty()
    {
        if (Known.Entry is null && Runs.Count == 0)
        {
            deactivate();
        }
    }

    /// <summary>Leaves if the task does not exist: the activation has no reason to stay.</summary>
    /// <returns>The exception for the caller.</returns>
    public TaskException LeaveWith(TaskException absence)
    {
        if (Known.Entry is null)
        {
            deactivate();
        }

        return absence;
    }

    /// <summary>Leaves because a later activation owns the task.</summary>
    public void LeaveToSuccessor()
    {
        if (!Turns.IsLeaving)
        {
            TaskLog.LogReplaced(Silo.Log, Known.Name);
            Turns.Leave();
            deactivate();
        }
    }

    /// <summary>
    /// Leaves, to make room for other tasks, when everything is stored that followed from an occurrence and the next one is far away.
    /// </summary>
    public void LeaveUntilNextDue()
    {
        if (!_isAsked && !Turns.IsLeaving && !Link.IsInDoubt && Timer.ArmedFor is null && Known.Entry is { Fires: true } entry
            && Runs.Count == 0 && records.Results.HasRecordedAll
            && origins.Makeup.UnderWay.IsCompleted
            && !(entry.NextAfter(origins.Generator.Last) < Clock.Now.AddMinutes(TaskGrain.IdleMinutes)))
        {
            deactivate();
        }
    }
}
