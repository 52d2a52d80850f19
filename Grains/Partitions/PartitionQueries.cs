using OrleansTasks.Grains;
using OrleansTasks.Handlers;

namespace OrleansTasks.Partitions;

/// <summary>Answers users' queries to a partition: tasks, numbers, occurrences and handlers.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class PartitionQueries(PartitionContext context) : PartitionPart(context)
{
    private const int ListLimit = 1000;

    // An overview visits every task. However many there are, it may use at most a fiftieth of the time.
    private const int OverviewShare = 50;
    private static readonly TimeSpan OverviewAge = TimeSpan.FromSeconds(1);
    private TasksOverview? _overview;
    private long _overviewAt;
    private TimeSpan _overviewFor;

    /// <summary>Describes the partition in numbers.</summary>
    public PartitionInfo Describe()
    {
        var trouble = Silo.Health.Trouble;
        return new()
        {
            Partition = Number,
            PartitionCount = State.Header!.Partitions,
            Silo = Silo.Cluster.Local.ToString(),
            Started = IsStarted,
            Tasks = State.TaskCount,
            PendingRuns = State.Runs.Pending,
            NextDue = IsStarted ? Waker.NextDue : null,
            StorageTrouble = trouble?.What,
            StorageFailsFor = trouble?.For,
        };
    }

    /// <summary>Returns the tasks that match a query.</summary>
    public IReadOnlyList<TaskInfo> List(TaskQuery? query)
    {
        query ??= new TaskQuery();
        return NewListing().Find(query, Math.Clamp(query.Limit ?? ListLimit, 0, ListLimit));
    }

    /// <summary>Returns the number of tasks that match a query.</summary>
    public long Count(TaskQuery? query) => NewListing().Count(query ?? new TaskQuery());

    /// <summary>Returns an overview of all tasks, as of a moment ago.</summary>
    public TasksOverview Overview()
    {
        if (_overview is null || Silo.Pauses.GetElapsedTime(_overviewAt) >= _overviewFor)
        {
            var begun = Silo.Pauses.GetTimestamp();
            _overview = NewListing().Overview();
            _overviewAt = Silo.Pauses.GetTimestamp();
            _overviewFor = OverviewAge + (Silo.Pauses.GetElapsedTime(begun, _overviewAt) * OverviewShare);
        }

        var drained = Silo.Cluster.Drained;
        var here = new SiloOverview(Silo.Cluster.Local.ToString(), Silo.Executor.Active, Silo.Executor.Queued, 1)
        {
            IsDrained = drained.Contains(Silo.Cluster.Local)
        };
        var others = Silo.Cluster.Alive.Where(s => !s.Equals(Silo.Cluster.Local))
            .Select(s => new SiloOverview(s.ToString(), null, null, 0) { IsDrained = drained.Contains(s) });
        return _overview with { Silos = [here, .. others] };
    }

    /// <summary>Returns the handlers of the cluster after a name, up to the size of a page.</summary>
    public IReadOnlyList<HandlerInfo> HandlersAfter(string name)
    {
        var silos = Silo.Manifests.Current.Silos.Where(s => Silo.Cluster.Alive.Contains(s.Key))
            .OrderBy(s => s.Key.ToString(), StringComparer.Ordinal).ToList();
        var announced =
            silos.SelectMany(
                s => HandlerAnnouncement.ReadParameters(s.Value).Where(h => string.CompareOrdinal(h.Name, name) > 0)
                    .Select(h => (Silo: s.Key.ToString(), Handler: h)));
        var handlers = announced.GroupBy(a => a.Handler.Name, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Last().Handler with { Silos = [.. g.Select(a => a.Silo)] });
        return AnswerPage.Of(handlers, AnswerPage.SizeOf, int.MaxValue);
    }

    /// <summary>Returns the business calendars after a name, up to the size of a page.</summary>
    public IReadOnlyDictionary<string, BusinessCalendar> CalendarsAfter(string name)
    {
        var calendars = State.Calendars.Calendars.Where(c => string.CompareOrdinal(c.Key, name) > 0)
            .OrderBy(c => c.Key, StringComparer.Ordinal);
        return AnswerPage.Of(calendars, AnswerPage.SizeOf, int.MaxValue).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Returns occurrences of a task.</summary>
    public Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query, CancellationToken ct)
    {
        query ??= new OccurrenceQuery();
        if (query.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }

        var entry = State.Slots.GetValueOrDefault(TaskNames.Check(task))?.Entry ?? throw new TaskNotFoundException(task);
        var now = Now;
        return Silo.Searches.AskAsync(task, () => query.Of(entry.Resolved, entry.Anchor, now), ct);
    }

    /// <summary>Returns what another schedule would change.</summary>
    public Task<SchedulePreview> PreviewAsync(string task, PreviewRequest? request, CancellationToken ct)
    {
        TaskNames.Check(task);
        var now = Now;
        var from = request?.From ?? now;
        var to = request?.To
            ?? (from < DateTimeOffset.MaxValue - PreviewRequest.DefaultPeriod
                ? from + PreviewRequest.DefaultPeriod
                : DateTimeOffset.MaxValue);
        if (to < from)
        {
            throw new InvalidTaskException(task, [$"The period ends ({to:O}) before it begins ({from:O}). Set an end that is not "
                + "earlier."]);
        }

        var calendars = State.Calendars;
        var entry = State.Slots.GetValueOrDefault(task)?.Entry;
        return Silo.Searches.AskAsync(task, () => Compare(request?.Schedule), ct);

        SchedulePreview Compare(TaskSchedule? schedule)
        {
            IReadOnlyList<string> faults = schedule is null ? [] : schedule.Fault() is { } fault ? [fault]
                : Registrations.MissingCalendars(schedule, calendars);
            if (faults.Count > 0)
            {
                throw new InvalidTaskException(task, faults);
            }

            var before = entry?.ScheduleFault is null ? entry?.Resolved : null;
            return SchedulePreview.Compare(before, Equals(schedule, entry?.Schedule) ? before : schedule?.Resolve(now, task, calendars.Get),
                from, to);
        }
    }

    private Listing NewListing() => new(State, handler => Silo.Cluster.SilosWith(handler).Length > 0, Now, IsStarted);
}
