using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Archive;

/// <summary>
/// Answers queries about archived runs. It reads from storage only the details that are shown, or that have to be searched for a text.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="log">The log with their details.</param>
internal sealed class ArchiveQueries(ArchiveTable table, ArchiveLog log)
{
    private const int MaxRanks = 1_000;
    private const int MaxLooked = 16_384;
    private const int MaxRead = 8 << 20;
    private const int MaxCached = 4;
    private const int ReadTries = 3;
    private readonly LinkedList<(int Segment, byte[] Details)> _cache = new();

    private delegate T Reader<T>(RunId run, ReadOnlySpan<byte> details);

    public async Task<RunRanks> RankAsync(RunQuery query)
    {
        var limit = Math.Clamp(query.Limit ?? MaxRanks, 1, MaxRanks);
        var (found, hasMore) = ArchiveSearch.First(table, query, query.Text is null ? limit : MaxLooked);
        if (query.Text is null)
        {
            return new RunRanks
            {
                Runs = [.. found.Select(f => new RankedRun(IdOf(f.Slot), f.Rank))],
                Through = hasMore ? found[^1].Rank : null
            };
        }

        var (text, runs, read) = (new DetailsText(query.Text), new List<RankedRun>(), 0);
        var wanted = found.Select(f => (Id: IdOf(f.Slot), f.Rank, table[f.Slot].Length)).ToList();
        foreach (var (id, rank, length) in wanted)
        {
            read += length;
            if (await HasTextAsync(id, text))
            {
                runs.Add(new RankedRun(id, rank));
            }

            if (runs.Count >= limit || read >= MaxRead)
            {
                return new RunRanks { Runs = runs, Through = hasMore || rank != wanted[^1].Rank ? rank : null };
            }
        }

        return new RunRanks { Runs = runs, Through = hasMore ? wanted[^1].Rank : null };
    }

    public async Task<IReadOnlyList<RunInfo>> ReadAsync(IReadOnlyList<RunId> runs)
    {
        var (found, bytes) = (new List<RunInfo>(), 0L);
        foreach (var run in runs)
        {
            if (await ReadAsync(run) is { } result)
            {
                found.Add(InfoOf(result));
                bytes += AnswerPage.SizeOf(found[^1]);
                if (bytes >= AnswerPage.MaxBytes)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Returns the view of an archived run.</summary>
    public RunInfo InfoOf(TaskResult result)
    {
        var info = RunViews.ToInfo(result);
        return RetryOf(result.RunId) is { } retry ? info with { RetriedBy = retry } : info;
    }

    /// <summary>Returns the last archived run that retried a run; null if there is none.</summary>
    public RunId? RetryOf(RunId run) => table.RetryOf(run.Value) is { } retry ? new RunId(run.Task, retry) : null;

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by)
    {
        var slots = ArchiveSearch.All(table, query);
        if (query.Text is null)
        {
            return ArchiveSearch.Count(table, slots, by);
        }

        // Rows may be removed, and their slots be taken by others, during a read.
        var (text, found) = (new DetailsText(query.Text), new List<RunId>());
        foreach (var run in slots.Select(IdOf).ToList())
        {
            if (await HasTextAsync(run, text))
            {
                found.Add(run);
            }
        }

        return ArchiveSearch.Count(table, found.Select(r => table.Find(r.Value)).OfType<int>(), by);
    }

    /// <summary>Returns the result of a run; null if it is not archived.</summary>
    public Task<TaskResult?> ReadAsync(RunId run) => ReadAsync(run, static (run, details) => ArchiveRows.ResultOf(run.Task, details));

    private Task<bool> HasTextAsync(RunId run, DetailsText text) => ReadAsync(run, (run, details) =>
        text.MayBeIn(details) && ArchiveRows.HasText(ArchiveRows.ResultOf(run.Task, details), text.Text));

    private async Task<T?> ReadAsync<T>(RunId run, Reader<T> read)
    {
        // Its segment may be merged into another one during the read.
        for (var n = 0; n < ReadTries && table.Find(run.Value) is { } slot && table.Texts[table[slot].Task] == run.Task; n++)
        {
            var (segment, offset, length) = (table[slot].Segment, table[slot].Offset, table[slot].Length);
            if (await DetailsAsync(segment) is { } details)
            {
                return read(run, details.AsSpan(offset, length));
            }
        }

        return default;
    }

    private RunId IdOf(int slot) => new(table.Texts[table[slot].Task]!, table[slot].Id);

    private async Task<byte[]?> DetailsAsync(int number)
    {
        if (log.Find(number) is not { } segment)
        {
            return null;
        }

        if (segment.Details is { } own)
        {
            return own;
        }

        for (var node = _cache.First; node is not null; node = node.Next)
        {
            if (node.Value.Segment == number)
            {
                _cache.Remove(node);
                _cache.AddFirst(node);
                return node.Value.Details;
            }
        }

        if (await log.DetailsAsync(segment) is not { } details)
        {
            return null;
        }

        _cache.AddFirst((number, details));
        if (_cache.Count > MaxCached)
        {
            _cache.RemoveLast();
        }

        return details;
    }
}
