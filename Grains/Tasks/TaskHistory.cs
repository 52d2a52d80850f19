using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tasks;

/// <summary>
/// A task's last results: in memory while its grain is active, and in storage. Writing lags a little behind and takes whatever came in
/// the meantime; what must not be lost is in the partition's log until it is written here.
/// </summary>
internal sealed partial class TaskHistory(string task, HistoryStore store, ILogger log)
{
    private readonly HistoryReader _reader = new(task, store);
    private readonly ResultRing _results = new();

    // The tags of the pages that are kept, so that a page is not read before each write.
    private readonly Dictionary<long, GrainState<HistoryPage>> _pages = [];
    private GrainState<HistoryPage>? _head;
    private long[] _void = [];
    private long[] _lost = [];
    private List<Guid>? _announced;
    private Task? _loading;
    private long? _dirtyFrom;
    private bool _isHeadDirty;
    private bool _hadHead;
    private bool _isSuspect;
    private bool _unconfirmed;

    public TaskResult? Last => _results.Last;

    /// <summary>The last number that an earlier owner may have used. What it has not stored when this one reads the history is void.</summary>
    public long StartsAfter { get; set; }

    /// <summary>The last number that the partition knows to have been stored; 0 if it knows none. What is missing of it when this owner reads the history was lost.</summary>
    public long Recorded { get; set; }

    /// <summary>The last number that this owner knows to be stored; 0 if it knows none.</summary>
    public long StoredThrough { get; private set; }

    /// <summary>What the task keeps.</summary>
    public Func<HistoryKept> Kept { get; init; } = static () => new(TaskOptions.Default.HistoryLength, false);

    /// <summary>Is told when the history was read and something was missing.</summary>
    public Action<HistoryLoss>? OnLost { get; set; }

    /// <summary>Is told when storage has forgotten what this owner had written, and so many results are about to be written again.</summary>
    public Action<int>? OnWentBack { get; set; }

    /// <summary>The number of results that the last flush wrote.</summary>
    public int WrittenLast { get; private set; }

    public bool IsDirty => _dirtyFrom is not null || _isHeadDirty || _isSuspect;

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

    /// <summary>Whether this owner has, or had, the result of a run; of one that has long left its memory that is not known.</summary>
    public bool HasHad(Guid run) => Find(run) is not null || _results.HasDropped(run);

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

    /// <summary>Does not rely on storage having what this owner has written: the next flush looks.</summary>
    public void Suspect() => _isSuspect |= StoredThrough > 0;

    /// <summary>Writes what is not written yet.</summary>
    /// <param name="confirm">
    /// Throws if this owner is no longer the one to write. Asked after tags of records were read that this owner has not written itself: such a tag may be that of what its
    /// successor has written, as on a silo that stood still, and would be a licence to write over it.
    /// </param>
    /// <returns>The ids of those that were to be told of and are stored now, or no longer kept.</returns>
    public async Task<IReadOnlyList<Guid>> FlushAsync(Func<Task> confirm)
    {
        if (!IsDirty)
        {
            return [];
        }

        await LoadAsync();
        var forgotten = _isSuspect ? await FindForgottenAsync() : [];
        long? from = forgotten.Count > 0 && !(_dirtyFrom < forgotten[0]) ? forgotten[0] : _dirtyFrom;
        var pages = from is { } first ? After(first - 1).GroupBy(r => HistoryStore.PageOf(r.Sequence)).Select(g => g.Key).ToList() : [];
        var through = _results.Last?.Sequence ?? 0;
        IReadOnlyList<Guid> stored = _announced ?? [];
        (_announced, _dirtyFrom, _isHeadDirty, _isSuspect, WrittenLast) = (null, null, false, false, 0);
        try
        {
            await ReadTagsAsync(pages);
            if (_unconfirmed)
            {
                await confirm();
                _unconfirmed = false;
            }

            if (forgotten.Count > 0 || (_hadHead && !_head!.RecordExists))
            {
                OnWentBack?.Invoke(forgotten.Count);
            }

            foreach (var page in pages)
            {
                var results = After((page * HistoryStore.PageSize) - 1).TakeWhile(r => HistoryStore.PageOf(r.Sequence) == page).ToList();
                await WritePageAsync(page, results);
            }

            await DropPagesAsync(HistoryStore.PageOf(through));
            StoredThrough = Math.Max(StoredThrough, through);
            return stored;
        }
        catch
        {
            // Whatever happened to the tags, the next flush reads them anew; and what was stored may be no more, as when storage was replaced by an older copy of itself.
            _pages.Clear();
            _head = null;
            _isHeadDirty = true;
            Suspect();
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
        (_lost, Recorded, StoredThrough) = ([], 0, 0);
        (_dirtyFrom, _isHeadDirty, _hadHead, _isSuspect) = (null, false, false, false);
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

    /// <summary>The numbers of results that this owner knows to have been stored and that are not, in order; the head is read too.</summary>
    private async Task<List<long>> FindForgottenAsync()
    {
        _unconfirmed = true;
        _head = await store.ReadHeadAsync(task);
        var known = After(0).Select(r => r.Sequence).TakeWhile(n => n <= StoredThrough).ToList();
        var there = new HashSet<long>();
        await foreach (var (page, state) in _reader.ReadPagesAsync([.. known.Select(HistoryStore.PageOf).Distinct()]))
        {
            there.UnionWith(HistoryStore.ResultsOf(task, state).Select(r => r.Sequence));
            state.State = null!;
            _pages[page] = state;
        }

        return [.. known.Where(n => !there.Contains(n))];
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
        var oldest = HistoryStore.PageOf(_results.Count > 0 ? _results[0].Sequence : Math.Max(Recorded, StartsAfter));
        var known = _head!.RecordExists ? _head.State! : new HistoryPage { FirstPage = oldest };

        // What another owner has noted stays: pages and void ranges only ever move on.
        var first = Math.Max(known.FirstPage, oldest);
        var last = Math.Max(known.LastPage, lastPage);
        var (noLonger, lost) = (Union(known.Void, _void, first), Union(known.Lost ?? [], _lost, first));
        if (_head.RecordExists && known.FirstPage == first && known.LastPage == last && known.Void.SequenceEqual(noLonger) && known.Lost?.SequenceEqual(lost) == true)
        {
            return;
        }

        // Before the head says so: what it names may be missing, and what it does not name would stay for ever.
        for (var page = known.FirstPage; page < first; page++)
        {
            _pages.Remove(page);
            await store.ClearPageAsync(task, page);
        }

        _head.State = new HistoryPage { FirstPage = first, LastPage = last, Void = noLonger, Lost = lost };
        await store.WriteHeadAsync(task, _head);
        _hadHead = true;
    }

    private async Task ReadStoredAsync()
    {
        _unconfirmed = true;
        var read = await _reader.ReadAsync(Recorded);
        read.Pages.ToList().ForEach(p => _pages[p.Key] = p.Value);
        (_head, _hadHead) = (read.Head, read.Head.RecordExists);
        var (older, known) = (read.Results, _results.Items(0).Select(r => r.RunId).ToHashSet());
        var first = _results.Count == 0 ? long.MaxValue : _results[0].Sequence;
        var results = older.Where(r => r.Sequence < first && !known.Contains(r.RunId)).OrderBy(r => r.Sequence).ToList();

        // A run that this owner has made too, or taken the end of, has the result that was told: this owner's.
        var repeated = older.Where(r => r.Sequence < first && known.Contains(r.RunId)).Select(r => r.Sequence);
        var through = results.Count == 0 ? 0 : results[^1].Sequence;

        // What was stored and is missing is not void: it counts again if somebody restores it.
        _void = VoidAfter(read.HeadOrNull?.Void ?? [], Math.Max(through, Recorded), repeated);
        StoredThrough = Math.Max(StoredThrough, through);
        _results.Prepend(results);
        LogLoaded(log, task, older.Count);
        NoteLoss(HistoryAudit.Find(read.HeadOrNull, read.Found, Recorded, StartsAfter, Kept()));
    }

    private void NoteLoss(HistoryLoss loss)
    {
        if (loss.IsLoss)
        {
            // The head says so from now on: it is told once.
            _lost = NumberRange.ToStored([.. loss.Numbers, .. loss.Unknown]);
            _isHeadDirty = true;
            OnLost?.Invoke(loss);
        }
    }

    private long[] VoidAfter(long[] before, long stored, IEnumerable<long> repeated)
    {
        var ranges = before.Concat(repeated.Where(r => !IsVoid(before, r)).SelectMany(r => new[] { r, r }));
        return StartsAfter > stored && !IsVoid(before, StartsAfter) ? [.. ranges, stored + 1, StartsAfter] : [.. ranges];
    }

    private static long[] Union(long[] before, long[] more, long firstPage) =>
        NumberRange.ToStored(NumberRange.Of(before).Union(NumberRange.Of(more)).Where(r => r.Last >= firstPage * HistoryStore.PageSize));

    private static bool IsVoid(long[] ranges, long sequence) => NumberRange.Of(ranges).Any(v => sequence >= v.First && sequence <= v.Last);

    [LoggerMessage(301, LogLevel.Debug, "The history of {Task} was read: {Count} results.")]
    private static partial void LogLoaded(ILogger logger, string task, int count);
}
