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
            Running = _runs.Values.Count(r => RunForms.StatusOf(r) == RunStatus.Running),
            Waiting = _runs.Values.Count(r => RunForms.StatusOf(r) == RunStatus.Waiting),
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
            return RunForms.ToInfo(result);
        }

        var stored = await UnlessLeaving(_partition.FindRunAsync(run));

        // It may have become due, and even have ended, while the partition was asked.
        return _runs.TryGetValue(run.Value, out active) ? InfoOf(active)
            : (_history.Find(run.Value) ?? stored?.Result) is { } ended ? RunForms.ToInfo(ended)
            : stored is not null ? RunForms.ToInfo(stored)
            : null;
    }

    public async Task<IReadOnlyList<RunInfo>> RunsAsync(int limit = 100, long? before = null) =>
        (await RunsPageAsync(new RunsPageQuery { Limit = limit, Before = before, Among = limit })).Runs;

    public async Task<RunsPage> RunsPageAsync(RunsPageQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, 1000);
        await EnsureAttachedAsync();
        await _history.LoadAsync();
        var (runs, bytes) = (new List<RunInfo>(), 0L);
        if (query.Before is null)
        {
            foreach (var (run, isShortened) in await NotEndedAsync(query))
            {
                if (IsFull())
                {
                    return new RunsPage { Runs = runs, HasMore = true };
                }

                Add(isShortened && await UnlessLeaving(_partition.FindRunAsync(run.RunId)) is { } stored ? run with { Arguments = stored.Arguments } : run);
            }
        }

        foreach (var result in _history.NewestFirst(query.Before).ToList())
        {
            if (IsFull())
            {
                return new RunsPage { Runs = runs, HasMore = true };
            }

            Add(RunForms.ToInfo(result));
        }

        return new RunsPage { Runs = runs };

        bool IsFull() => runs.Count >= limit || bytes >= AnswerPage.MaxBytes;

        void Add(RunInfo run)
        {
            runs.Add(run);
            bytes += AnswerPage.SizeOf(run);
        }
    }

    /// <summary>The runs that have not ended, in the order of pages, from where a page begins.</summary>
    private async Task<IReadOnlyList<(RunInfo Run, bool IsShortened)>> NotEndedAsync(RunsPageQuery query)
    {
        var stored = await UnlessLeaving(_partition.RunsOfAsync(_name, Math.Clamp(query.Among, 1, 1000)));
        var runs = stored.Where(r => !_runs.ContainsKey(r.RunId.Value) && r.DueAt > Now).Select(r => (Run: RunForms.ToInfo(r), r.IsShortened)).ToList();
        runs.AddRange(_runs.Values.Select(r => (InfoOf(r), false)));
        runs.RemoveAll(r => !query.IsAfter(r.Run));
        runs.Sort(static (a, b) => RunsPageQuery.Compare(a.Run, b.Run));
        return runs;
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

        var last = _history.Last?.Sequence ?? _sequence.Last;
        var results = AnswerPage.Of(_history.After(after), AnswerPage.SizeOf, Math.Clamp(limit, 0, 10_000));
        return new ResultHistory { Results = results, LastSequence = last, HasMore = results.Count > 0 && results[^1].Sequence < last };
    }
}
