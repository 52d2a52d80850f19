using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tasks;

/// <summary>
/// A task's last results: in memory while its grain is active, and in storage. Writing lags a little behind and takes whatever came in
/// the meantime; what must not be lost is in the partition's log until it is written here.
/// </summary>
internal sealed partial class TaskHistory(string task, HistoryStore store, ILogger log)
{
    private const int ProbeLimit = 256;
    private const int ReadAtOnce = 8;
    private readonly ResultRing _results = new();

    // The tags of the pages that are kept, so that a page is not read before each write.
    private readonly Dictionary<long, GrainState<HistoryPage>> _pages = [];
    private GrainState<HistoryPage>? _head;
    private long[] _void = [];
    private List<Guid>? _announced;
    private Task? _loading;
    private long? _dirtyFrom;
    private bool _unconfirmed;

    public TaskResult? Last => _results.Last;

    /// <summary>The last number that an earlier owner may have used. What it has not stored when this one reads the history is void.</summary>
    public long StartsAfter { get; set; }

    /// <summary>The number of results that the last flush wrote.</summary>
    public int WrittenLast { get; private set; }

    public bool IsDirty => _dirtyFrom is not null;

    /// <param name="result">The result.</param>
    /// <param name="length">How many to keep.</param>
    /// <param name="announce">Whether <see cref="FlushAsync"/> is to tell when it is stored.</param>
    /// <param name="age">How much older than this one the others may be; null: any age.</param>
    public void Add(TaskResult result, int length, bool announce, TimeSpan? age = null)
    {
        if (announce)
        {
            (_announced ??= []).Add(result.RunId.Value);
        }

        _dirtyFrom ??= result.Sequence;
        _results.Add(result, length, age);
    }

    public TaskResult? Find(Guid run)
    {
        for (var i = _results.Count - 1; i >= 0; i--)
        {
            if (_results[i].RunId.Value == run)
            {
                return _results[i];
            }
        }

        return null;
    }

    /// <summary>Has the stored results in memory too.</summary>
    public Task LoadAsync() => _loading is { IsFaulted: false } ? _loading : _loading = ReadStoredAsync();

    public IEnumerable<TaskResult> After(long sequence) => _results.Items(_results.FirstAfter(sequence));

    public IEnumerable<TaskResult> NewestFirst(long? before)
    {
        for (var i = _results.Count - 1; i >= 0; i--)
        {
            if (before is null || _results[i].Sequence < before)
            {
                yield return _results[i];
            }
        }
    }

    /// <summary>Writes what is not written yet.</summary>
    /// <param name="confirm">
    /// Throws if this owner is no longer the one to write. Asked after tags of records were read that this owner has not written itself: such a tag may be that of what its
    /// successor has written, as on a silo that stood still, and would be a licence to write over it.
    /// </param>
    /// <returns>The ids of those that were to be told of and are stored now, or no longer kept.</returns>
    public async Task<IReadOnlyList<Guid>> FlushAsync(Func<Task> confirm)
    {
        if (_dirtyFrom is not { } from)
        {
            return [];
        }

        await LoadAsync();
        var pages = After(from - 1).GroupBy(r => HistoryStore.PageOf(r.Sequence)).Select(g => g.Key).ToList();
        IReadOnlyList<Guid> stored = _announced ?? [];
        (_announced, _dirtyFrom, WrittenLast) = (null, null, 0);
        try
        {
            await ReadTagsAsync(pages);
            if (_unconfirmed)
            {
                await confirm();
                _unconfirmed = false;
            }

            foreach (var page in pages)
            {
                var results = After((page * HistoryStore.PageSize) - 1).TakeWhile(r => HistoryStore.PageOf(r.Sequence) == page).ToList();
                await WritePageAsync(page, results);
            }

            await DropPagesAsync(pages[^1]);
            return stored;
        }
        catch
        {
            // Whatever happened to the tags, the next flush reads them anew.
            _pages.Clear();
            _head = null;
            (_announced ??= []).AddRange(stored);
            _dirtyFrom = _dirtyFrom is null || from < _dirtyFrom ? from : _dirtyFrom;
            throw;
        }
    }

    /// <summary>Removes all of it, from storage too.</summary>
    public async Task ForgetAsync()
    {
        await LoadAsync();
        var head = await store.ReadHeadAsync(task);
        if (head.RecordExists)
        {
            var page = head.State!.FirstPage;
            while (await store.ClearPageAsync(task, page) || page <= head.State.LastPage)
            {
                page++;
            }

            await store.ClearHeadAsync(task, head);
        }

        _results.Clear();
        _pages.Clear();
        _head = null;
    }

    private async Task WritePageAsync(long page, List<TaskResult> results)
    {
        if (results.Count == 0)
        {
            // They were more than are kept, and went out of memory meanwhile.
            return;
        }

        WrittenLast += results.Count;
        await store.WritePageAsync(task, page, _pages[page], results);
    }

    private async Task ReadTagsAsync(IReadOnlyList<long> pages)
    {
        foreach (var page in pages.Where(p => !_pages.ContainsKey(p)))
        {
            _unconfirmed = true;
            _pages[page] = await store.ReadPageAsync(task, page);
        }

        if (_head is null)
        {
            _unconfirmed = true;
            _head = await store.ReadHeadAsync(task);
        }
    }

    /// <summary>Removes what is no longer kept, and notes which pages there are.</summary>
    private async Task DropPagesAsync(long lastPage)
    {
        var known = _head!.RecordExists ? _head.State! : new HistoryPage { FirstPage = HistoryStore.PageOf(_results[0].Sequence) };

        // What another owner has noted stays: pages and void ranges only ever move on.
        var first = Math.Max(known.FirstPage, HistoryStore.PageOf(_results[0].Sequence));
        var last = Math.Max(known.LastPage, lastPage);
        var noLonger = Pairs(known.Void).Union(Pairs(_void)).Where(v => v.Last >= first * HistoryStore.PageSize).SelectMany(v => new[] { v.First, v.Last }).ToArray();
        if (_head.RecordExists && known.FirstPage == first && known.LastPage == last && known.Void.SequenceEqual(noLonger))
        {
            return;
        }

        // Before the head says so: what it names may be missing, and what it does not name would stay for ever.
        for (var page = known.FirstPage; page < first; page++)
        {
            _pages.Remove(page);
            await store.ClearPageAsync(task, page);
        }

        _head.State = new HistoryPage { FirstPage = first, LastPage = last, Void = noLonger };
        await store.WriteHeadAsync(task, _head);
    }

    private async Task ReadStoredAsync()
    {
        _unconfirmed = true;
        var head = await store.ReadHeadAsync(task);
        var older = new List<TaskResult>();
        if (head.RecordExists)
        {
            await foreach (var (page, state) in ReadPagesAsync(head.State!))
            {
                older.AddRange(HistoryStore.ResultsOf(task, state).Where(r => !IsVoid(head.State!.Void, r.Sequence)));
                state.State = null!;
                _pages[page] = state;
            }
        }

        _head = head;
        var known = _results.Items(0).Select(r => r.RunId).ToHashSet();
        var first = _results.Count == 0 ? long.MaxValue : _results[0].Sequence;
        var results = older.Where(r => r.Sequence < first && !known.Contains(r.RunId)).OrderBy(r => r.Sequence).ToList();

        // A run that this owner has made too, or taken the end of, has the result that was told: this owner's.
        var repeated = older.Where(r => r.Sequence < first && known.Contains(r.RunId)).Select(r => r.Sequence);
        _void = VoidAfter(head.RecordExists ? head.State!.Void : [], results.Count == 0 ? 0 : results[^1].Sequence, repeated);
        _results.Prepend(results);
        LogLoaded(log, task, older.Count);
    }

    private async IAsyncEnumerable<(long Number, GrainState<HistoryPage> State)> ReadPagesAsync(HistoryPage head)
    {
        // Past the head's last page there may be one that was written just before a silo was lost.
        var page = head.FirstPage;
        while (page <= head.LastPage + ProbeLimit)
        {
            var numbers = Enumerable.Range(0, (int)Math.Clamp(head.LastPage + 2 - page, 1, ReadAtOnce)).Select(n => page + n).ToList();
            page += numbers.Count;
            var states = await Task.WhenAll(numbers.Select(n => store.ReadPageAsync(task, n)));
            for (var n = 0; n < states.Length; n++)
            {
                if (!states[n].RecordExists && numbers[n] > head.LastPage)
                {
                    yield break;
                }

                yield return (numbers[n], states[n]);
            }
        }
    }

    private long[] VoidAfter(long[] before, long stored, IEnumerable<long> repeated)
    {
        var ranges = before.Concat(repeated.Where(r => !IsVoid(before, r)).SelectMany(r => new[] { r, r }));
        return StartsAfter > stored && !IsVoid(before, StartsAfter) ? [.. ranges, stored + 1, StartsAfter] : [.. ranges];
    }

    private static bool IsVoid(long[] ranges, long sequence) => Pairs(ranges).Any(v => sequence >= v.First && sequence <= v.Last);

    private static IEnumerable<(long First, long Last)> Pairs(long[] ranges) => ranges.Chunk(2).Select(r => (r[0], r[1]));

    [LoggerMessage(301, LogLevel.Debug, "The history of {Task} was read: {Count} results.")]
    private static partial void LogLoaded(ILogger logger, string task, int count);
}
