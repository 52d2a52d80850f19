using OrleansTasks.Registry;

namespace OrleansTasks.Testing.Client;

/// <summary>Lists and counts the tasks of a fake client.</summary>
/// <param name="tasks">Keeps the tasks.</param>
/// <param name="runs">Keeps the runs.</param>
internal sealed class FakeListing(FakeRegistry tasks, FakeRuns runs)
{
    public IEnumerable<TaskInfo> List(TaskQuery? query)
    {
        var found = Find(query).OrderBy(t => TaskRank.Of(t, query?.Order ?? TaskOrder.Name));
        return query?.Limit is { } limit ? found.Take(limit) : found;
    }

    public long Count(TaskQuery? query) => Find(query is null ? null : query with { After = null }).LongCount();

    public TasksOverview Overview()
    {
        var all = tasks.All;
        return new TasksOverview
        {
            Active = all.Count(static t => t.State == TaskState.Active),
            Paused = all.Count(static t => t.State == TaskState.Paused),
            Cancelled = all.Count(static t => t.State == TaskState.Cancelled),
            Scheduled = all.Count(static t => t.Schedule is not null),
            NextDue = [.. all.Where(static t => t.NextDue is not null).OrderBy(static t => t.NextDue).Take(TasksOverview.Listed)],
        };
    }

    /// <summary>Returns the names of all handlers, without their parameters.</summary>
    public IReadOnlyList<HandlerInfo> Handlers() =>
    [
        .. tasks.All.Select(static t => t.Handler).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(static h => new HandlerInfo { Name = h, TakesAny = true }),
    ];

    public SchedulerInfo Scheduler(bool isStarted)
    {
        var all = tasks.All;
        return new SchedulerInfo
        {
            State = isStarted ? SchedulerState.Started : SchedulerState.Stopped,
            Tasks = all.Count,
            PendingRuns = runs.Pending.Count,
            NextDue = all.Min(static t => t.NextDue),
        };
    }

    private IEnumerable<TaskInfo> Find(TaskQuery? query) => tasks.All.Where(t => query?.Matches(t) ?? true);
}
