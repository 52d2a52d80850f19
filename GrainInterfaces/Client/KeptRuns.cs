using System.Runtime.CompilerServices;
using OrleansTasks.Client.Links;
using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Client;

/// <summary>Finds ended runs in the archives of all partitions, or in that of one task, and merges the results.</summary>
/// <param name="calls">Repeats calls that failed because a silo was lost.</param>
/// <param name="partitions">Returns the number of partitions.</param>
/// <param name="grains">Returns references to grains, which cannot be created before Orleans is up.</param>
internal sealed class KeptRuns(ClusterCalls calls, PartitionCaller partitions, Func<IGrainFactory> grains)
{
    private const int PageSize = 100;

    public async IAsyncEnumerable<RunInfo> FindAsync(RunQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        Check(query);
        var left = query.Limit ?? int.MaxValue;
        var page = query with { Limit = Math.Min(left, PageSize) };
        var archives = (await ArchivesOfAsync(query, ct).ConfigureAwait(false)).Select(p => new Ranking(p)).ToList();
        while (left > 0)
        {
            // After this, each archive has its next run available, or has no more.
            await Task.WhenAll(archives.Select(a => a.FillAsync(this, page, ct))).ConfigureAwait(false);
            var runs = new List<RunId>();
            while (runs.Count < Math.Min(left, PageSize) && archives.All(static a => a.IsFilled)
                && archives.Where(static a => a.HasNext).MinBy(static a => a.Next, Order(query)) is { } first)
            {
                runs.Add(first.Take());
            }

            if (runs.Count == 0)
            {
                yield break;
            }

            foreach (var run in await ReadAsync(runs, ct).ConfigureAwait(false))
            {
                yield return run;
                left--;
            }
        }
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by, CancellationToken ct)
    {
        Check(query);
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var some in await Task.WhenAll(
            (await ArchivesOfAsync(query, ct).ConfigureAwait(false)).Select(p => CallAsync(p, g => g.CountAsync(query, by), ct)))
                .ConfigureAwait(false))
        {
            foreach (var (key, count) in some)
            {
                counts[key] = counts.GetValueOrDefault(key) + count;
            }
        }

        return counts;
    }

    /// <summary>Stores what was done about a run.</summary>
    /// <returns>The run; null if it is not kept.</returns>
    public async Task<RunInfo?> MarkAsync(RunId run, RunMark mark, CancellationToken ct)
    {
        var archive = PartitionMap.PartitionOf(run.Task, await partitions.CountAsync(ct).ConfigureAwait(false));
        return await CallAsync(archive, g => g.MarkAsync(run, mark), ct).ConfigureAwait(false);
    }

    private static void Check(RunQuery query)
    {
        if (query.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException("runs", faults);
        }
    }

    private static Comparer<RunRank> Order(RunQuery query) => Comparer<RunRank>.Create((a, b) => RunRank.Compare(a, b, query.Ascending));

    /// <summary>Returns the archives that may contain runs of a query.</summary>
    private async Task<IEnumerable<int>> ArchivesOfAsync(RunQuery query, CancellationToken ct)
    {
        var count = await partitions.CountAsync(ct).ConfigureAwait(false);
        return query.Task is { } task ? [PartitionMap.PartitionOf(task, count)] : Enumerable.Range(0, count);
    }

    /// <summary>Reads runs, in their order. It omits those that were removed meanwhile.</summary>
    private async Task<IEnumerable<RunInfo>> ReadAsync(List<RunId> runs, CancellationToken ct)
    {
        var count = await partitions.CountAsync(ct).ConfigureAwait(false);
        var found = await Task.WhenAll(runs.GroupBy(r => PartitionMap.PartitionOf(r.Task, count)).Select(g => ReadAsync(g.Key, [.. g], ct)))
            .ConfigureAwait(false);
        var infos = found.SelectMany(static f => f).ToDictionary(static r => r.RunId);
        return runs.Where(infos.ContainsKey).Select(r => infos[r]);
    }

    private async Task<List<RunInfo>> ReadAsync(int archive, List<RunId> runs, CancellationToken ct)
    {
        var found = new List<RunInfo>();
        while (runs.Count > 0)
        {
            var some = await CallAsync(archive, g => g.ReadAsync(runs), ct).ConfigureAwait(false);
            found.AddRange(some);
            runs = AnswerPage.MayGoOn(some, AnswerPage.SizeOf) ? runs[(runs.IndexOf(some[^1].RunId) + 1)..] : [];
        }

        return found;
    }

    private Task<T> CallAsync<T>(int archive, Func<IRunArchiveGrain, Task<T>> call, CancellationToken ct) =>
        calls.CallAsync(() => call(grains().Refer<IRunArchiveGrain>(archive)), ct);

    /// <summary>Contains what one archive has found, up to the place to which it has searched.</summary>
    private sealed class Ranking(int archive)
    {
        private readonly Queue<RankedRun> _found = new();
        private RunRank? _through;
        private bool _isWhole;

        /// <summary>Gets whether its next run is known, or it is known that there is none.</summary>
        public bool IsFilled => _found.Count > 0 || _isWhole;

        public bool HasNext => _found.Count > 0;

        public RunRank Next => _found.Peek().Rank;

        public RunId Take() => _found.Dequeue().Run;

        public async Task FillAsync(KeptRuns runs, RunQuery query, CancellationToken ct)
        {
            while (!IsFilled)
            {
                var next = _through is { } place ? query with { After = place.ToString(query.Sort) } : query;
                var page = await runs.CallAsync(archive, g => g.RankAsync(next), ct).ConfigureAwait(false);
                foreach (var found in page.Runs)
                {
                    _found.Enqueue(found);
                }

                (_through, _isWhole) = (page.Through, page.Through is null);
            }
        }
    }
}
