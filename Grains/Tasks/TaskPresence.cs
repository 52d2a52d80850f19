namespace OrleansTasks.Tasks;

/// <summary>Decides whether the activation of a task has something to stay in memory for.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="records">What is not written yet.</param>
/// <param name="origins">What is to come.</param>
/// <param name="deactivate">Has the grain leave memory once it is idle.</param>
internal sealed class TaskPresence(TaskContext context, TaskRecords records, RunOrigins origins, Action deactivate) : TaskPart(context)
{
    // Whether anybody but its schedule has had to do with it since it was activated.
    private bool _isAsked;

    /// <summary>Notes that somebody other than its schedule has to do with it.</summary>
    public void NoteAsked() => _isAsked = true;

    /// <summary>The same, and makes sure that the partition was asked what there is to know.</summary>
    public async ValueTask EnsureAttachedAsync()
    {
        _isAsked = true;
        if (!Link.IsReady)
        {
            await Link.AttachAsync();
        }
    }

    /// <summary>Leaves.</summary>
    public void Leave() => deactivate();

    /// <summary>Leaves if there is no such task, and none of its runs here.</summary>
    public void LeaveIfEmpty()
    {
        if (Known.Entry is null && Runs.Count == 0)
        {
            deactivate();
        }
    }

    /// <summary>An activation of a task that does not exist has nothing to stay for.</summary>
    /// <returns>What the caller is told.</returns>
    public TaskException LeaveWith(TaskException absence)
    {
        if (Known.Entry is null)
        {
            deactivate();
        }

        return absence;
    }

    /// <summary>Leaves because a later activation works on the task.</summary>
    public void LeaveToSuccessor()
    {
        if (!Turns.IsLeaving)
        {
            TaskLog.LogReplaced(Silo.Log, Known.Name);
            Turns.Leave();
            deactivate();
        }
    }

    /// <summary>Makes room for other tasks when all is stored that an occurrence has led to, and the next one is far away.</summary>
    public void LeaveUntilNextDue()
    {
        if (!_isAsked && !Turns.IsLeaving && !Link.IsInDoubt && Timer.ArmedFor is null && Known.Entry is { Fires: true } entry && Runs.Count == 0 && records.Results.HasRecordedAll
            && origins.Makeup.UnderWay.IsCompleted && !(entry.NextAfter(origins.Generator.Last) < Clock.Now.AddMinutes(TaskGrain.IdleMinutes)))
        {
            deactivate();
        }
    }
}
