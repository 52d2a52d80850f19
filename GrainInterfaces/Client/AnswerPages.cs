using OrleansTasks.Client.Links;
using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>Reads answers that may be larger than one message, page by page.</summary>
/// <param name="calls">Calls the cluster.</param>
/// <param name="grains">Returns references to grains, once Orleans is up.</param>
internal sealed class AnswerPages(ClusterCalls calls, Func<IGrainFactory> grains)
{
    private const int MostRuns = 1_000;
    private const int MostResults = 10_000;

    /// <summary>Returns runs of a task, the newest first.</summary>
    public async Task<IReadOnlyList<RunInfo>> RunsAsync(string task, int limit, long? before, CancellationToken ct) =>
        (await RunsAsync(task, limit, before, new RunsAnswer(long.MaxValue), ct).ConfigureAwait(false)).Runs;

    /// <summary>Returns as many of the runs as one page holds.</summary>
    public Task<RunsPage> RunsPageAsync(string task, int limit, long? before, CancellationToken ct) =>
        RunsAsync(task, limit, before, new RunsAnswer(AnswerPage.MaxBytes), ct);

    /// <summary>Returns results of a task after a sequence number.</summary>
    public async Task<ResultHistory> HistoryAsync(string task, long after, int limit, CancellationToken ct)
    {
        var most = Math.Clamp(limit, 0, MostResults);
        var grain = grains().Refer<ITaskGrain>(TaskNames.Check(task));
        var history = await calls.CallAsync(() => grain.HistoryAsync(after, most), ct).ConfigureAwait(false);
        var results = history.Results.ToList();
        while (history is { HasMore: true, Results.Count: > 0 } && results.Count < most)
        {
            var (last, left) = (results[^1].Sequence, most - results.Count);
            history = await calls.CallAsync(() => grain.HistoryAsync(last, left), ct).ConfigureAwait(false);
            results.AddRange(history.Results);
        }

        return history with { Results = results };
    }

    private async Task<RunsPage> RunsAsync(string task, int limit, long? before, RunsAnswer answer, CancellationToken ct)
    {
        // Silos of earlier versions answer with a first page too, which is their only one.
        var most = Math.Clamp(limit, 1, MostRuns);
        var grain = grains().Refer<ITaskGrain>(TaskNames.Check(task));
        var runs = await calls.CallAsync(() => grain.RunsAsync(limit, before), ct).ConfigureAwait(false);
        var page = new RunsPage { Runs = runs, HasMore = AnswerPage.MayGoOn(runs, AnswerPage.SizeOf) };
        answer.Add(runs);
        var query = new RunsPageQuery { Limit = most, Before = before, Among = most };
        var pages = grains().Refer<ITaskPages>(task);
        while (page is { HasMore: true, Runs.Count: > 0 } && answer is { IsFull: false } && answer.Runs.Count < most)
        {
            query = query.After(page);
            page = await calls.CallAsync(() => pages.RunsPageAsync(query), ct).ConfigureAwait(false);
            answer.Add(page.Runs);
        }

        return new RunsPage { Runs = answer.Runs, HasMore = answer.IsFull || answer.Runs.Count >= most };
    }
}
