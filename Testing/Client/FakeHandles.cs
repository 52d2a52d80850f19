using OrleansTasks.Client;
using OrleansTasks.Grains;

namespace OrleansTasks.Testing.Client;

/// <summary>Implements the operations of task handles on a fake client, and records those that change something.</summary>
/// <param name="answers">The programmed answers.</param>
/// <param name="runner">Makes runs.</param>
/// <param name="runs">Keeps the runs.</param>
/// <param name="tasks">Keeps the tasks.</param>
/// <param name="time">The time.</param>
internal sealed class FakeHandles(FakeAnswers answers, FakeRunner runner, FakeRuns runs, FakeRegistry tasks, TimeProvider time)
    : ITaskHandleClient
{
    private readonly NotedList<FakeTaskCall> _calls = new();

    /// <summary>Gets the operations that were called.</summary>
    public IReadOnlyList<FakeTaskCall> Calls => _calls.All;

    public Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct) => throw NoGrains();

    public Task<T> ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) => throw NoGrains();

    public Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct) => throw NoGrains();

    public Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct)
    {
        answers.Check(task);
        var run = runner.Store(task, null, OptionsOf(options), RunTrigger.Manual);
        _calls.Add(new FakeTaskCall(task, FakeTaskVerb.Trigger) { Runs = [run] });
        return Task.FromResult(run);
    }

    public Task<IReadOnlyList<RunId>> BackfillAsync(
        string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options, CancellationToken ct)
    {
        answers.Check(task);
        var occurrences = (tasks.Get(task).Schedule?.Between(from, to) ?? []).Where(static o => o.Occurs);
        IReadOnlyList<RunId> made = [.. occurrences.Select(o => runner.Store(task, null, OptionsOf(options), RunTrigger.Backfill, o.Utc))];
        _calls.Add(new FakeTaskCall(task, FakeTaskVerb.Backfill) { From = from, To = to, Runs = made });
        return Task.FromResult(made);
    }

    public Task<IReadOnlyList<RunInfo>> ReadRunsAsync(string task, int limit, long? before, CancellationToken ct)
    {
        answers.Check(task);
        return Task.FromResult(RunsOf(task, limit, before));
    }

    public Task<RunsPage> ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct)
    {
        answers.Check(task);
        return Task.FromResult(new RunsPage { Runs = RunsOf(task, limit, before), HasMore = runs.InfosOf(task).Count > limit });
    }

    public Task<ResultHistory> ReadHistoryAsync(string task, long after, int limit, CancellationToken ct)
    {
        answers.Check(task);
        var all = runs.HistoryOf(task);
        return Task.FromResult(new ResultHistory
        {
            Results = [.. all.Where(r => r.Sequence > after).Take(limit)],
            LastSequence = all.Count == 0 ? 0 : all[^1].Sequence,
        });
    }

    public Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        answers.Check(name);
        var task = tasks.Get(name);
        var registration = change(new TaskRegistration
        {
            Name = name,
            Handler = task.Handler,
            Schedule = task.Schedule,
            Arguments = task.Arguments,
            Headers = task.Headers,
            Options = task.Options,
        });
        FakeFaults.ThrowIfAny(name, registration.Faults());
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Update) { Registration = registration });
        return Task.FromResult(tasks.Register(registration with { CreateOnly = false }).Task);
    }

    public Task<TaskInfo> PauseTaskAsync(
        string name, string? note, DateTimeOffset? until, string? by, PausedOccurrences occurrences, CancellationToken ct)
    {
        answers.Check(name);
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Pause) { Note = note, Until = until, By = by });
        return Task.FromResult(tasks.Change(name, t => t with
        {
            State = TaskState.Paused,
            PauseNote = note,
            PausedUntil = until,
            PausedBy = by,
            PausedAt = time.GetUtcNow(),
            PausedOccurrences = occurrences,
        }));
    }

    public Task<TaskInfo> ResumeTaskAsync(string name, CancellationToken ct)
    {
        answers.Check(name);
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Resume));
        return Task.FromResult(tasks.Change(name, static t => t with
        {
            State = TaskState.Active,
            PauseNote = null,
            PausedUntil = null,
            PausedBy = null,
            PausedAt = null,
        }));
    }

    public Task<bool> CancelTaskAsync(string name, CancellationToken ct)
    {
        answers.Check(name);
        return Task.FromResult(Cancel(name));
    }

    public Task<TaskInfo> DescribeTaskAsync(string name, CancellationToken ct)
    {
        answers.Check(name);
        return Task.FromResult(tasks.Get(name));
    }

    public Task<IReadOnlyList<TaskOccurrence>> ReadOccurrencesAsync(string name, OccurrenceQuery query, CancellationToken ct)
    {
        answers.Check(name);
        var schedule = tasks.Get(name).Schedule;
        var all = query.From is { } from
            ? schedule?.Between(from, query.To ?? DateTimeOffset.MaxValue)
            : schedule?.Occurrences(time.GetUtcNow(), query.To);
        return Task.FromResult<IReadOnlyList<TaskOccurrence>>([.. (all ?? []).Take(query.Count)]);
    }

    public Task<SchedulePreview> PreviewTaskAsync(string name, PreviewRequest request, CancellationToken ct)
    {
        answers.Check(name);
        var now = time.GetUtcNow();
        var from = request.From ?? now;
        var schedule = request.Schedule?.Resolve(now, name, tasks.CalendarOf);
        var to = request.To ?? from + PreviewRequest.DefaultPeriod;
        return Task.FromResult(SchedulePreview.Compare(tasks.Get(name).Schedule, schedule, from, to));
    }

    /// <summary>Returns an empty ledger, because a fake client fires no occurrences.</summary>
    public Task<TaskLedger> ReadLedgerAsync(string name, LedgerQuery query, CancellationToken ct)
    {
        answers.Check(name);
        return Task.FromResult(new TaskLedger { Task = name });
    }

    /// <summary>Cancels a task, and records it.</summary>
    /// <returns>Whether it was not cancelled before.</returns>
    public bool Cancel(string name)
    {
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Cancel));
        var isNew = tasks.Get(name).State != TaskState.Cancelled;
        tasks.Change(name, static t => t with { State = TaskState.Cancelled });
        return isNew;
    }

    private static NotSupportedException NoGrains() => new("A fake client has no grains.");

    private static DispatchOptions? OptionsOf(TriggerOptions? options) =>
        options?.Headers is { } headers ? new DispatchOptions { Headers = headers } : null;

    private IReadOnlyList<RunInfo> RunsOf(string task, int limit, long? before) =>
        [.. runs.InfosOf(task).Where(r => before is null || r.Result?.Sequence < before).Take(limit)];
}
