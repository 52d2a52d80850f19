using OrleansTasks.Grains;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Tasks;

/// <summary>Answers questions about a task and its runs.</summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="places">Knows what runs wait for.</param>
/// <param name="history">The history of results.</param>
/// <param name="results">Finds results.</param>
/// <param name="accounts">The accounts.</param>
/// <param name="pipeline">The sequence numbers.</param>
/// <param name="presence">Decides whether the grain stays.</param>
internal sealed class TaskQueries(TaskContext context, RunPlaces places, TaskHistory history, HistoryKeeper results, TaskAccounts accounts,
    OutcomePipeline pipeline, TaskPresence presence) : TaskPart(context)
{
    public async Task<TaskInfo> DescribeAsync()
    {
        await EnsureExistsAsync();
        var entry = Known.Entry!;
        await history.LoadAsync();
        entry = Known.Entry ?? entry;
        return entry.At(Clock.Now).ToInfo(!Silo.Cluster.SilosWith(entry.Handler).IsEmpty, Known.IsStarted, Book.Taken) with
        {
            Running = Runs.All.Count(r => RunViews.StatusOf(r) == RunStatus.Running),
            Waiting = Runs.All.Count(r => RunViews.StatusOf(r) == RunStatus.Waiting),
            LastSequence = history.Last?.Sequence ?? 0,
            LastResult = history.Last,
            Changes = [.. (entry.At(Clock.Now).Changes ?? []).Reverse()],
        };
    }

    public async Task<TaskLedger> LedgerAsync(LedgerQuery? query)
    {
        query ??= new LedgerQuery();
        if (query.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(Known.Name, faults);
        }

        await EnsureExistsAsync();
        return await accounts.DescribeAsync(query);
    }

    public async Task<RunInfo?> GetRunAsync(RunId run)
    {
        await presence.EnsureAttachedAsync();
        if (run.Task != Known.Name)
        {
            return null;
        }

        if (Runs.TryGet(run.Value, out var active))
        {
            return places.InfoOf(active);
        }

        if (await results.FindAsync(run.Value) is { } result)
        {
            return await EndedAsync(result);
        }

        var stored = await Link.FindRunAsync(run);

        // The run may have become due, and even ended, while the partition was asked.
        return Runs.TryGet(run.Value, out active) ? places.InfoOf(active)
            : (history.Find(run.Value) ?? stored?.Result) is { } ended ? await EndedAsync(ended)
            : stored is not null ? RunViews.ToInfo(stored)
            : await Turns.UnlessLeaving(Silo.Archive.FindAsync(run)) is { } kept ? await EndedAsync(kept)
            : null;
    }

    private async Task<RunInfo> EndedAsync(TaskResult result)
    {
        var marks = DeadLetters.Has(result.Status) && result.Marks.Count == 0
            ? await Turns.UnlessLeaving(Silo.Archive.FindMarksAsync(result.RunId))
            : result.Marks;
        var info = RunViews.ToInfo(result with { Marks = marks });
        return await Turns.UnlessLeaving(Silo.Archive.FindRetryAsync(result.RunId)) is { } retry ? info with { RetriedBy = retry } : info;
    }

    public async Task<RunsPage> RunsPageAsync(RunsPageQuery query)
    {
        var limit = Math.Clamp(query.Limit, 1, 1000);
        await presence.EnsureAttachedAsync();
        await history.LoadAsync();
        var (found, bytes) = (new List<RunInfo>(), 0L);
        var retries = Retries();
        if (query.Before is null)
        {
            foreach (var (run, isShortened) in await NotEndedAsync(query))
            {
                if (IsFull())
                {
                    return new RunsPage { Runs = found, HasMore = true };
                }

                Add(isShortened && await Link.FindRunAsync(run.RunId) is { } stored
                    ? run with { Arguments = stored.Arguments, Headers = stored.Headers ?? TaskHeaders.None }
                    : run);
            }
        }

        foreach (var result in history.NewestFirst(query.Before).ToList())
        {
            if (IsFull())
            {
                return new RunsPage { Runs = found, HasMore = true };
            }

            Add(RunViews.ToInfo(result) with { RetriedBy = retries.TryGetValue(result.RunId, out var retry) ? retry : null });
        }

        return new RunsPage { Runs = found };

        bool IsFull() => found.Count >= limit || bytes >= AnswerPage.MaxBytes;

        void Add(RunInfo run)
        {
            found.Add(run);
            bytes += AnswerPage.SizeOf(run);
        }
    }

    public async Task<ResultHistory> HistoryAsync(long after, int limit)
    {
        await presence.EnsureAttachedAsync();
        await results.SealAsync();

        // Subscribers call this once they have subscribed. They receive what ends from now on.
        Silo.Publisher.Want(Known.Name);
        presence.LeaveIfEmpty();
        var last = history.Last?.Sequence ?? pipeline.LastNumber;
        var page = AnswerPage.Of(history.After(after), AnswerPage.SizeOf, Math.Clamp(limit, 0, 10_000));
        return new ResultHistory
        {
            Results = page,
            LastSequence = last,
            HasMore = page.Count > 0 && page[^1].Sequence < last,
            FinalThrough = Math.Max(last, pipeline.LastNumber)
        };
    }

    /// <summary>Returns, by the retried run, its last retry among the runs that the task has in memory.</summary>
    private Dictionary<RunId, RunId> Retries()
    {
        var retries = new Dictionary<RunId, RunId>();
        foreach (var (run, retryOf) in Runs.All.Select(static r => (r.RunId, r.Facts.RetryOf))
            .Concat(history.NewestFirst(before: null).Select(static r => (r.RunId, r.RetryOf))))
        {
            if (retryOf is { } old)
            {
                retries.TryAdd(old, run);
            }
        }

        return retries;
    }

    private async Task EnsureExistsAsync()
    {
        await presence.EnsureAttachedAsync();
        if (Known.Entry is null)
        {
            throw presence.LeaveWith(new TaskNotFoundException(Known.Name));
        }
    }

    /// <summary>Returns the runs that have not ended, in page order, from the start of a page.</summary>
    private async Task<IReadOnlyList<(RunInfo Run, bool IsShortened)>> NotEndedAsync(RunsPageQuery query)
    {
        var stored = await Turns.UnlessLeaving(Link.Partition.RunsOfAsync(Known.Name, Math.Clamp(query.Among, 1, 1000)));
        var found = stored.Where(r => !Runs.Has(r.RunId.Value) && r.DueAt > Clock.Now).Select(r => (Run: RunViews.ToInfo(r), r.IsShortened))
            .ToList();
        found.AddRange(Runs.All.Select(r => (places.InfoOf(r), false)));
        found.RemoveAll(r => !query.IsAfter(r.Run));
        found.Sort(static (a, b) => RunsPageQuery.Compare(a.Run, b.Run));
        return found;
    }
}
