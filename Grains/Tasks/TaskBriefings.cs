using OrleansTasks.Calls;

namespace OrleansTasks.Tasks;

/// <summary>Decides which parts process what the partition says, and in which order.</summary>
/// <remarks>The link receives it before the parts to which it leads exist. <see cref="Connect"/> sets them, before any turn runs.</remarks>
internal sealed class TaskBriefings : IBriefed
{
    private TaskContext _task = null!;
    private TaskRecords _records = null!;
    private RunCourse _course = null!;
    private RunOrigins _origins = null!;
    private TaskPresence _presence = null!;
    private ITaskDesk _desk = null!;

    /// <inheritdoc/>
    public DateTimeOffset? LetGo => _origins.Occurrences.LetGo;

    /// <inheritdoc/>
    public bool IsStopping => _task.Silo.Executor.IsDraining;

    /// <summary>Sets the parts to which it leads.</summary>
    public void Connect(TaskContext task, TaskRecords records, RunCourse course, RunOrigins origins, TaskPresence presence,
        ITaskDesk desk) =>
        (_task, _records, _course, _origins, _presence, _desk) = (task, records, course, origins, presence, desk);

    /// <inheritdoc/>
    public GoneRuns OnAsking() => _task.Runs.WatchEnds();

    /// <inheritdoc/>
    public void OnBriefing(Briefing briefing, bool isFirst)
    {
        if (isFirst)
        {
            _records.Pipeline.StartAfter(briefing.Sequence);
            _records.Results.Begin(briefing);
        }

        _origins.Generator.Take(briefing);
        _course.Remote.Take(briefing);
    }

    /// <inheritdoc/>
    public async Task OnBriefedAsync(Briefing briefing, GoneRuns gone, bool isFirst, bool isChanged, bool isStopped)
    {
        _origins.Occurrences.TakeTime(briefing.Now);
        if (_course.Remote.MayBeLeftBehind)
        {
            await _course.Remote.AdoptAllAsync(briefing.Runs);
        }

        _origins.Stored.AcceptAll(briefing.Runs, gone);

        if (isFirst)
        {
            new LostOccurrences(_task, _records.Accounts, _records.Results, _course.Ends, _origins.Claimer, _desk.Watch).TakeOver(briefing);
        }

        _records.Accounts.Plan(briefing, isStopped);
        _origins.Occurrences.Plan(briefing, isChanged);
        if (briefing.HasCalledOff || _task.Runs.Count > 0)
        {
            _desk.Controls.CallOff(briefing.HasCalledOff);
        }

        _course.Starts.StartWaiting();
    }

    /// <inheritdoc/>
    public void OnReplaced() => _presence.LeaveToSuccessor();

    /// <inheritdoc/>
    public void OnDoubt() => _task.House.Keep();
}
