namespace OrleansTasks;

/// <content>Questions about the task and its runs.</content>
internal sealed partial class TaskGrain
{
    public async Task<TaskInfo> DescribeAsync()
    {
        await EnsureAttachedAsync();
        if (_entry is null)
        {
            DeactivateOnIdle();
            throw new TaskNotFoundException(_name);
        }

        await _history.LoadAsync();
        return _entry.ToInfo(!_cluster.SilosWith(_entry.Handler).IsEmpty, Now, _started, _book.Taken) with
        {
            Running = _runs.Values.Count(r => r.ToInfo().Status == RunStatus.Running),
            Waiting = _runs.Values.Count(r => r.ToInfo().Status == RunStatus.Waiting),
            LastSequence = _history.Last?.Sequence ?? 0,
            LastResult = _history.Last,
            Changes = [.. (_entry.ChangesAt(Now) ?? []).Reverse()],
        };
    }

    public async Task<RunInfo?> GetRunAsync(RunId run)
    {
        await EnsureAttachedAsync();
        if (run.Task != _name)
        {
            return null;
        }

        if (_runs.TryGetValue(run.Value, out var active))
        {
            return InfoOf(active);
        }

        if (await FindResultAsync(run.Value) is { } result)
        {
            return Ended(result);
        }

        var stored = await UnlessLeaving(_partition.FindRunAsync(run));

        // It may have become due, and even have ended, while the partition was asked.
        return _runs.TryGetValue(run.Value, out active) ? InfoOf(active)
            : (_history.Find(run.Value) ?? stored?.Result) is { } ended ? Ended(ended)
            : stored is not null ? Pending(stored)
            : null;
    }

    public async Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null)
    {
        limit = Math.Clamp(limit, 1, 1000);
        await EnsureAttachedAsync();
        await _history.LoadAsync();
        var runs = new List<RunInfo>();
        if (before is null)
        {
            runs.AddRange((await UnlessLeaving(_partition.RunsOfAsync(_name, limit))).Where(r => !_runs.ContainsKey(r.RunId.Value) && r.DueAt > Now).Select(Pending));
            runs.AddRange(_runs.Values.Select(InfoOf));
            runs.Sort(static (a, b) => b.ScheduledAt.CompareTo(a.ScheduledAt));
        }

        runs.AddRange(_history.NewestFirst(before).Take(Math.Max(0, limit - runs.Count)).Select(Ended));
        return [.. runs.Take(limit)];
    }

    public async Task<ResultHistory> HistoryAsync(long after, int limit = 1000)
    {
        await EnsureAttachedAsync();
        await _history.LoadAsync();

        // Subscribers look here once they have subscribed: what ends from now on goes to them.
        _publisher.Want(_name);
        if (_entry is null && _runs.Count == 0)
        {
            DeactivateOnIdle();
        }

        return new ResultHistory
        {
            Results = [.. _history.After(after).Take(Math.Clamp(limit, 0, 10_000))],
            LastSequence = _history.Last?.Sequence ?? _sequence.Last,
        };
    }

    private static RunInfo Pending(StoredRun run) => new()
    {
        RunId = run.RunId,
        Status = RunStatus.Pending,
        Trigger = run.Trigger,
        ScheduledAt = run.Occurrence ?? run.DueAt,
        NextAttemptAt = run.DueAt,
        Attempt = run.Attempts,
        Failures = run.Failures,
        LastError = run.LastError,
        Losses = run.Losses,
        RequestedBy = run.RequestedBy,
        Parent = run.Parent,
        Arguments = run.Arguments,
    };

    private static RunInfo Ended(TaskResult result) => new()
    {
        RunId = result.RunId,
        Status = result.Status,
        Trigger = result.Trigger,
        ScheduledAt = result.ScheduledAt,
        StartedAt = result.StartedAt,
        FinishedAt = result.FinishedAt,
        Attempt = result.Attempt,
        Silo = result.Silo,
        RequestedBy = result.RequestedBy,
        Parent = result.Parent,
        Arguments = result.Arguments,
        Result = result.WithoutArguments(),
    };
}
