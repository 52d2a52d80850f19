namespace OrleansTasks.Tasks;

/// <summary>Decides what follows in other parts when a part reports an event, or when time has passed.</summary>
/// <remarks>Parts receive it before the parts to which it leads exist. <see cref="Connect"/> sets them, before any turn runs.</remarks>
internal sealed class TaskReactions : IKeptHouse, IRunEndings, ITaskSignals
{
    private const int RefillBelow = 500;
    private static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(15);
    private TaskContext _task = null!;
    private TaskRecords _records = null!;
    private RunCourse _course = null!;
    private RunOrigins _origins = null!;
    private TaskPresence _presence = null!;
    private ITaskDesk _desk = null!;

    /// <summary>Gets whether there is nothing to check.</summary>
    public bool IsInOrder => _task.Runs.Count == 0 && !_task.Runs.IsAwaitedOutside && !_records.Results.HasToWrite && !_task.Link.IsInDoubt;

    /// <summary>Gets whether something needs another check soon.</summary>
    public bool IsUrgent => _course.Line.Count > 0;

    /// <summary>Sets the parts to which it leads.</summary>
    public void Connect(TaskContext task, TaskRecords records, RunCourse course, RunOrigins origins, TaskPresence presence,
        ITaskDesk desk) =>
        (_task, _records, _course, _origins, _presence, _desk) = (task, records, course, origins, presence, desk);

    /// <inheritdoc/>
    public void LookAfter()
    {
        _task.Runs.LetCallersGo(CallerPatience);
        if (_records.Pipeline.Trouble is { } trouble)
        {
            // Their runs have ended, and nobody knows when that can be reported.
            _task.Runs.TellCallersOfEnded(trouble);
        }

        // An order may have gone to a silo just after its death was processed.
        OnClusterChanged();
        _course.Adopted.Look();
        _task.Teller.TellLate(_task.Runs.All);
        GoOn();
        if (_task.Link.IsInDoubt && !_task.Link.IsAsking)
        {
            _task.Turns.Post(_task.Link.AttachAsync);
        }

        _records.Results.FlushIfForgotten();
    }

    /// <inheritdoc/>
    public void OnPublished(TaskResult result)
    {
        if (result.Trigger == RunTrigger.Request)
        {
            _desk.Requests.NoteEnded(result.RunId.Value);
        }

        if (result.Trigger == RunTrigger.Schedule)
        {
            _desk.Watch.Look(result);
        }
    }

    /// <inheritdoc/>
    public void OnGone()
    {
        if (_task.Link.HasMore && _task.Runs.Count < RefillBelow && !_task.Link.IsAsking)
        {
            _task.Turns.PostUntilDone(_task.Link.AttachAsync);
        }
    }

    /// <inheritdoc/>
    public void GoOn()
    {
        if (_task.Turns.HasLeft)
        {
            return;
        }

        _origins.Gate.StartNext();
        if (_course.Line.Count > 0 && _task.Known.Options.MaxConcurrentRuns is not null)
        {
            _course.Starts.StartWaiting();
        }

        _records.Pipeline.Advance();
    }

    /// <inheritdoc/>
    public void Tick() => _origins.Occurrences.Tick();

    /// <inheritdoc/>
    public void OnToWrite() => _records.Results.FlushSoon();

    /// <inheritdoc/>
    public void OnWritten() => _presence.LeaveUntilNextDue();

    /// <inheritdoc/>
    public void OnRoom() => _course.Starts.StartWaiting();

    /// <inheritdoc/>
    public void OnClusterChanged()
    {
        _course.Ends.GiveUpLost();
        _course.Starts.StartWaiting();
    }

    /// <inheritdoc/>
    public void OnForgotten() => _origins.Gate.StartNext();

    /// <inheritdoc/>
    public Task ResumeAsync() => _desk.Controls.ResumeIfOverAsync();
}
