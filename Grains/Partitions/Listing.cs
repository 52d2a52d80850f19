using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Registry;

namespace OrleansTasks.Partitions;

/// <summary>
/// Finds tasks in a partition. A query selects from the entries as they are, so that almost nothing is computed for most of them.
/// </summary>
internal sealed class Listing(PartitionState state, Func<string, bool> hasHandler, DateTimeOffset now, bool started)
{
    private const long LargestInOverview = 8 << 10;

    // The budget for schedules that are expensive to look ahead and not known already. A list omits what exceeds it.
    private long _steps = 10 * ScheduleSearches.StepsOnTurn;

    /// <summary>Returns the tasks that match a query, in its order.</summary>
    public IReadOnlyList<TaskInfo> Find(TaskQuery query, int limit)
    {
        if (query.Order == TaskOrder.Name)
        {
            return AnswerPage.Of(state.Listed(query.After, query.Prefix).Where(e => Matches(e, query)).Select(Info), AnswerPage.SizeOf,
                limit);
        }

        // A heap keeps the first ones, with the last of them on top, so that a million tasks take no more memory than a page.
        var first = new PriorityQueue<TaskEntry, TaskRank>(Comparer<TaskRank>.Create(static (a, b) => b.CompareTo(a)));
        foreach (var entry in state.Listed(null, query.Prefix).Where(e => Matches(e, query)))
        {
            var rank = new TaskRank(DueOf(entry), entry.Name);
            if (!query.IsAfter(entry.Name, rank.Due))
            {
                continue;
            }

            if (first.Count < limit)
            {
                first.Enqueue(entry, rank);
            }
            else if (limit > 0)
            {
                first.EnqueueDequeue(entry, rank);
            }
        }

        return AnswerPage.Of(first.UnorderedItems.OrderBy(i => i.Priority).Select(i => Info(i.Element)), AnswerPage.SizeOf, limit);
    }

    public long Count(TaskQuery query) => state.Listed(null, query.Prefix).LongCount(e => Matches(e, query));

    public TasksOverview Overview()
    {
        var counts = new long[Enum.GetValues<TaskState>().Length];
        var (scheduled, without) = (0L, 0L);
        var (next, paused, homeless) = (new PriorityQueue<TaskEntry, long>(), new PriorityQueue<TaskEntry, long>(), new List<TaskEntry>());
        foreach (var entry in state.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>())
        {
            var at = StateOf(entry);
            counts[(int)at]++;
            scheduled += at == TaskState.Active && entry.Schedule is not null ? 1 : 0;
            if (at != TaskState.Cancelled && !hasHandler(entry.Handler))
            {
                without++;
                homeless.Add(entry);
            }

            if (at == TaskState.Paused)
            {
                Keep(paused, entry, (entry.PausedAt ?? entry.UpdatedAt).UtcTicks);
            }
            else if (DueOf(entry) is { } due)
            {
                Keep(next, entry, -due.UtcTicks);
            }
        }

        var (dueRuns, oldest) = (0L, new PriorityQueue<DueRun, long>());
        foreach (var run in state.Runs.Values.Where(r => r.Result is null && r.DueAt <= now))
        {
            dueRuns++;
            Keep(oldest, new DueRun(run.RunId, run.DueAt), -run.DueAt.UtcTicks);
        }

        return new TasksOverview
        {
            Active = counts[(int)TaskState.Active],
            Paused = counts[(int)TaskState.Paused],
            Completed = counts[(int)TaskState.Completed],
            Cancelled = counts[(int)TaskState.Cancelled],
            Scheduled = scheduled,
            WithoutHandler = without,
            DueRuns = dueRuns,
            OldestDue = [.. oldest.UnorderedItems.Select(i => i.Element).OrderBy(r => r.DueAt)],
            NextDue = [.. next.UnorderedItems.Select(i => Brief(i.Element)).OrderBy(t => TaskRank.Of(t, TaskOrder.NextDue))],
            LastPaused = [.. paused.UnorderedItems.Select(i => Brief(i.Element)).OrderByDescending(t => t.PausedAt)],
            FirstWithoutHandler = [.. homeless.OrderBy(e => e.Name, StringComparer.Ordinal).Take(TasksOverview.Listed).Select(Brief)],
        };
    }

    private static void Keep<T>(PriorityQueue<T, long> kept, T item, long rank)
    {
        kept.Enqueue(item, rank);
        if (kept.Count > TasksOverview.Listed)
        {
            kept.Dequeue();
        }
    }

    private bool Matches(TaskEntry entry, TaskQuery query) =>
        query.MatchesName(entry.Name)
        && (query.Handler is null || entry.Handler == query.Handler)
        && query.MatchesTags(entry.Options?.Tags)
        && (query.HandlerAvailable is null || hasHandler(entry.Handler) == query.HandlerAvailable)
        && (query.State is null || StateOf(entry) == query.State);

    /// <summary>Returns the state, without computing occurrences of schedules that have no end.</summary>
    private TaskState StateOf(TaskEntry entry) =>
        entry.At(now).State is var at && at == TaskState.Active && MayEnd(entry.Schedule) && entry.At(now).IsOver(ref _steps)
            ? TaskState.Completed
            : at;

    private static bool MayEnd(TaskSchedule? schedule) =>
        schedule is not (null or EverySchedule { Limits: null } or CronSchedule { Limits: null, HasYears: false });

    /// <summary>
    /// Returns the next occurrence. It comes from the heap if it is in the future there, and is computed only for tasks whose grains are
    /// awake.
    /// </summary>
    private DateTimeOffset? DueOf(TaskEntry entry)
    {
        if (!entry.Fires || !started)
        {
            return null;
        }

        var slot = state.Slots[entry.Name];
        return !entry.PauseCatchesUp && slot is { Awake: false, Given: null, HeapDue: { } due } && due > now.UtcTicks
            ? new DateTimeOffset(due, TimeSpan.Zero)
            : entry.TryNextAfter(slot.Position.Done > now ? slot.Position.Done.Value : now, ref _steps, out var next) ? next
            : null;
    }

    private TaskInfo Info(TaskEntry entry) =>
        entry.At(now).ToInfo(hasHandler(entry.Handler), started, state.Slots[entry.Name].Position.Done, ref _steps);

    /// <summary>Returns a task for an overview, which is one answer: without large parts.</summary>
    private TaskInfo Brief(TaskEntry entry) =>
        Info(entry) is var info && AnswerPage.SizeOf(info) <= LargestInOverview
            ? info
            : info with { Arguments = null, Headers = null, Options = info.Options with { Then = null } };
}
