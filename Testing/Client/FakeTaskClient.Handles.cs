using OrleansTasks.Client;
using OrleansTasks.Grains;

namespace OrleansTasks.Testing;

// Contains what handles of tasks, and the HTTP API, call on their client.
public sealed partial class FakeTaskClient
{
    async Task<TaskResult?> IRunLeaver.RunOrLeaveAsync(RunId run, TaskArguments? arguments, RunOptions? options, CancellationToken leave, CancellationToken ct)
    {
        try
        {
            return await RunAsync(run, arguments, options, ct).WaitAsync(leave).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return null;
        }
    }

    Task<T> ITaskHandleClient.CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct) => throw new NotSupportedException("A fake client has no grains.");

    Task<T> ITaskHandleClient.ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) => throw new NotSupportedException("A fake client has no grains.");

    Task<T> ITaskHandleClient.CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct) => throw new NotSupportedException("A fake client has no grains.");

    Task<RunId> ITaskHandleClient.TriggerAsync(string task, TriggerOptions? options, CancellationToken ct)
    {
        Check(task);
        var run = _runs.Add(DispatchOf(task, null, OptionsOf(options), null, RunTrigger.Manual));
        _calls.Add(new FakeTaskCall(task, FakeTaskVerb.Trigger) { Runs = [run] });
        return Task.FromResult(run);
    }

    Task<IReadOnlyList<RunId>> ITaskHandleClient.BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options, CancellationToken ct)
    {
        Check(task);
        IReadOnlyList<RunId> runs =
        [
            .. (_tasks.Get(task).Schedule?.Between(from, to) ?? []).Where(static o => o.Occurs).Select(o => _runs.Add(DispatchOf(task, null, OptionsOf(options), null, RunTrigger.Backfill, o.Utc))),
        ];
        _calls.Add(new FakeTaskCall(task, FakeTaskVerb.Backfill) { From = from, To = to, Runs = runs });
        return Task.FromResult(runs);
    }

    Task<IReadOnlyList<RunInfo>> ITaskHandleClient.ReadRunsAsync(string task, int limit, long? before, CancellationToken ct)
    {
        Check(task);
        return Task.FromResult(RunsOf(task, limit, before));
    }

    Task<RunsPage> ITaskHandleClient.ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct)
    {
        Check(task);
        return Task.FromResult(new RunsPage { Runs = RunsOf(task, limit, before), HasMore = _runs.InfosOf(task).Count > limit });
    }

    Task<ResultHistory> ITaskHandleClient.ReadHistoryAsync(string task, long after, int limit, CancellationToken ct)
    {
        Check(task);
        var all = _runs.HistoryOf(task);
        return Task.FromResult(new ResultHistory { Results = [.. all.Where(r => r.Sequence > after).Take(limit)], LastSequence = all.Count == 0 ? 0 : all[^1].Sequence });
    }

    Task<TaskInfo> ITaskHandleClient.UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(change);
        Check(name);
        var task = _tasks.Get(name);
        var registration = change(new TaskRegistration { Name = name, Handler = task.Handler, Schedule = task.Schedule, Arguments = task.Arguments, Headers = task.Headers, Options = task.Options });
        ThrowIfWrong(name, registration.Faults());
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Update) { Registration = registration });
        return Task.FromResult(_tasks.Register(registration with { CreateOnly = false }).Task);
    }

    Task<TaskInfo> ITaskHandleClient.PauseTaskAsync(string name, string? note, DateTimeOffset? until, string? by, PausedOccurrences occurrences, CancellationToken ct)
    {
        Check(name);
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Pause) { Note = note, Until = until, By = by });
        return Task.FromResult(_tasks.Change(name, t => t with { State = TaskState.Paused, PauseNote = note, PausedUntil = until, PausedBy = by, PausedAt = _time.GetUtcNow(), PausedOccurrences = occurrences }));
    }

    Task<TaskInfo> ITaskHandleClient.ResumeTaskAsync(string name, CancellationToken ct)
    {
        Check(name);
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Resume));
        return Task.FromResult(_tasks.Change(name, static t => t with { State = TaskState.Active, PauseNote = null, PausedUntil = null, PausedBy = null, PausedAt = null }));
    }

    Task<bool> ITaskHandleClient.CancelTaskAsync(string name, CancellationToken ct)
    {
        Check(name);
        return Task.FromResult(CancelTask(name));
    }

    Task<TaskInfo> ITaskHandleClient.DescribeTaskAsync(string name, CancellationToken ct)
    {
        Check(name);
        return Task.FromResult(_tasks.Get(name));
    }

    Task<IReadOnlyList<TaskOccurrence>> ITaskHandleClient.ReadOccurrencesAsync(string name, OccurrenceQuery query, CancellationToken ct)
    {
        Check(name);
        var all = query.From is { } from ? _tasks.Get(name).Schedule?.Between(from, query.To ?? DateTimeOffset.MaxValue) : _tasks.Get(name).Schedule?.Occurrences(_time.GetUtcNow(), query.To);
        return Task.FromResult<IReadOnlyList<TaskOccurrence>>([.. (all ?? []).Take(query.Count)]);
    }

    Task<SchedulePreview> ITaskHandleClient.PreviewTaskAsync(string name, PreviewRequest request, CancellationToken ct)
    {
        Check(name);
        var from = request.From ?? _time.GetUtcNow();
        return Task.FromResult(SchedulePreview.Compare(_tasks.Get(name).Schedule, request.Schedule?.Resolve(_time.GetUtcNow(), name, _tasks.Calendars.GetValueOrDefault), from, request.To ?? from + PreviewRequest.DefaultPeriod));
    }

    /// <summary>Returns an empty ledger, because a fake client fires no occurrences.</summary>
    Task<TaskLedger> ITaskHandleClient.ReadLedgerAsync(string name, LedgerQuery query, CancellationToken ct)
    {
        Check(name);
        return Task.FromResult(new TaskLedger { Task = name });
    }

    /// <summary>Records that a task is cancelled.</summary>
    /// <returns>Whether it was not cancelled before.</returns>
    internal bool CancelTask(string name)
    {
        _calls.Add(new FakeTaskCall(name, FakeTaskVerb.Cancel));
        var isNew = _tasks.Get(name).State != TaskState.Cancelled;
        _tasks.Change(name, static t => t with { State = TaskState.Cancelled });
        return isNew;
    }

    private static DispatchOptions? OptionsOf(TriggerOptions? options) => options?.Headers is { } headers ? new DispatchOptions { Headers = headers } : null;

    private IReadOnlyList<RunInfo> RunsOf(string task, int limit, long? before) => [.. _runs.InfosOf(task).Where(r => before is null || r.Result?.Sequence < before).Take(limit)];
}
