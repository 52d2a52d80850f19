namespace OrleansTasks.Tasks;

/// <summary>
/// Reads a task's stored history: the pages that the head names, the pages that were written just before the owner was lost and, if the
/// head is missing, all other pages.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="store">The storage.</param>
internal sealed class HistoryReader(string task, HistoryStore store)
{
    private const int ProbeLimit = 256;
    private const int ReadAtOnce = 8;

    // The number of pages of the longest history that a task may have, plus those of a block of reserved numbers that was not used.
    private const int LongestHistory = (10_000 / HistoryStore.PageSize) + 2 + (4_096 / HistoryStore.PageSize);

    /// <summary>Reads all pages.</summary>
    /// <param name="recorded">The last number that is known to have been stored; 0 if none is.</param>
    public async Task<ReadHistory> ReadAsync(long recorded)
    {
        var head = await store.ReadHeadAsync(task);
        var known = HistoryStore.PageOf(recorded);
        var (first, last) = head.RecordExists
            ? (head.State!.FirstPage, Math.Max(head.State.LastPage, recorded == 0 ? 0 : known))
            : (Math.Max(0, known - LongestHistory), known);
        var history = new ReadHistory(head);
        if (!head.RecordExists && recorded == 0)
        {
            return history;
        }

        await foreach (var (page, state) in ReadPagesAsync(first, last))
        {
            history.Add(task, page, state);
        }

        return history;
    }

    /// <summary>Reads the given pages.</summary>
    public async IAsyncEnumerable<(long Number, GrainState<HistoryPage> State)> ReadPagesAsync(IReadOnlyList<long> numbers)
    {
        foreach (var some in numbers.Chunk(ReadAtOnce))
        {
            var states = await Task.WhenAll(some.Select(n => store.ReadPageAsync(task, n)));
            for (var n = 0; n < states.Length; n++)
            {
                yield return (some[n], states[n]);
            }
        }
    }

    private async IAsyncEnumerable<(long Number, GrainState<HistoryPage> State)> ReadPagesAsync(long first, long last)
    {
        // There may be a page after the last one that was written just before a silo was lost.
        var page = first;
        while (page <= last + ProbeLimit)
        {
            var numbers = Enumerable.Range(0, (int)Math.Clamp(last + 2 - page, 1, ReadAtOnce)).Select(n => page + n).ToList();
            page += numbers.Count;
            await foreach (var (number, state) in ReadPagesAsync(numbers))
            {
                if (!state.RecordExists && number > last)
                {
                    yield break;
                }

                yield return (number, state);
            }
        }
    }
}
