namespace OrleansTasks.Tests.Web;

/// <summary>Stores ended runs for searches by status, task and time, and records requests to retry them.</summary>
internal sealed class FakeKeptRuns
{
    /// <summary>Gets the runs. Their tasks need not exist.</summary>
    public List<RunInfo> All { get; } = [];

    /// <summary>Gets the selections that were to be retried, and who asked.</summary>
    public List<(RunSelection Selection, string? By)> Retried { get; } = [];

    /// <summary>Gets what was to be done with which runs.</summary>
    public List<(RunAction Action, RunSelection Selection, RunActionOptions? Options)> Applied { get; } = [];

    public IEnumerable<RunInfo> Find(RunQuery? query)
    {
        query ??= new RunQuery();
        var found =
            All.Where(
                r => (query.Statuses.Count == 0 || query.Statuses.Contains(r.Status)) && (query.Task is null || r.Task == query.Task)
                    && (query.DeadLetters.Count == 0 || (r.DeadLetter is { } state && query.DeadLetters.Contains(state)))
                    && (query.From is null || r.FinishedAt >= query.From) && (query.Trigger is null || r.Trigger == query.Trigger));
        return found.OrderByDescending(static r => r.FinishedAt).SkipWhile(r => query.After is not null && query.PlaceOf(r) != query.After)
            .Skip(query.After is null ? 0 : 1).Take(query.Limit ?? int.MaxValue);
    }

    public IReadOnlyDictionary<string, long> Count(RunQuery? query, RunCountBy by = RunCountBy.Status) =>
        Find(query).CountBy(r => by == RunCountBy.Task ? r.Task : r.Status.ToString().ToLowerInvariant())
           .ToDictionary(static c => c.Key, static c => (long)c.Value);

    public RunId Apply(RunAction action, RunSelection selection, RunActionOptions? options)
    {
        Applied.Add((action, selection, options));
        return new RunId("orleanstasks.act-on-runs", Guid.CreateVersion7());
    }

    public RunId Retry(RunSelection selection)
    {
        Retried.Add((selection, TaskActor.Current));
        return new RunId("orleanstasks.retry-runs", Guid.CreateVersion7());
    }
}
