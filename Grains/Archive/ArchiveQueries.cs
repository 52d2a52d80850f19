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
    private const int MaxLooked = 4_096;
    private const int MaxRead = 8 << 20;
    private const int MaxCached = 4;
    private const int ReadTries = 3;
    private readonly LinkedList<(int Segment, byte[] Details)> _cache = new();

    public async Task<RunRanks> RankAsync(RunQuery query)
    {
        var limit = Math.Clamp(query.Limit ?? MaxRanks, 1, MaxRanks);
        var (found, hasMore) = ArchiveSearch.First(table, query, query.Text is null ? limit : MaxLooked);
        if (query.Text is null)
        {
            return new RunRanks { Runs = [.. found.Select(f => new RankedRun(IdOf(f.Slot), f.Rank))], Through = hasMore ? found[^1].Rank : null };
        }

        var (runs, read) = (new List<RankedRun>(), 0);
        var wanted = found.Select(f => (Id: IdOf(f.Slot), f.Rank, table[f.Slot].Length)).ToList();
        foreach (var (id, rank, length) in wanted)
        {
            read += length;
            if (await ReadAsync(id) is { } result && ArchiveRows.HasText(result, query.Text))
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
                found.Add(RunViews.ToInfo(result));
                bytes += AnswerPage.SizeOf(found[^1]);
                if (bytes >= AnswerPage.MaxBytes)
                {
                    break;
                }
            }
        }

        return found;
    }

    public async Task<IReadOnlyDictionary<string, long>> CountAsync(RunQuery query, RunCountBy by)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var slot in ArchiveSearch.All(table, query).ToList())
        {
            if (query.Text is null || (await ReadAsync(IdOf(slot)) is { } result && ArchiveRows.HasText(result, query.Text)))
            {
                var key = ArchiveSearch.KeyOf(table, slot, by);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        return counts;
    }

    /// <summary>Returns the result of a run; null if it is not archived.</summary>
    public async Task<TaskResult?> ReadAsync(RunId run)
    {
        // Its segment may be merged into another one during the read.
        for (var n = 0; n < ReadTries && table.Find(run.Value) is { } slot && table.Texts[table[slot].Task] == run.Task; n++)
        {
            var (segment, offset, length) = (table[slot].Segment, table[slot].Offset, table[slot].Length);
            if (await DetailsAsync(segment) is { } details)
            {
                return ArchiveRows.ResultOf(run.Task, details.AsSpan(offset, length));
            }
        }

        return null;
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
