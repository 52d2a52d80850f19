using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tasks;

/// <summary>
/// Keeps a task's last results, in memory while its grain is active, and in storage. Writes lag a little behind and take whatever arrived
/// in the meantime. The partition's log keeps what must not be lost until it is written here.
/// </summary>
internal sealed partial class TaskHistory(string task, HistoryStore store, ILogger log)
{
    private readonly HistoryReader _reader = new(task, store);
    private readonly ResultRing _results = new();

    // The ETags of the pages that are kept, so that a page is not read before each write.
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

    /// <summary>
    /// Gets or sets the last number that an earlier owner may have used. What that owner has not stored when this one reads the history is
    /// void.
    /// </summary>
    public long StartsAfter { get; set; }

    /// <summary>
    /// Gets or sets the last number that, as far as the partition knows, was stored; 0 if it knows none. Any of these that is missing when
    /// this owner reads the history was lost.
    /// </summary>
    public long Recorded { get; set; }

    /// <summary>Gets the last number that this owner knows to be stored; 0 if it knows none.</summary>
    public long StoredThrough { get; private set; }

    /// <summary>Gets the task's retention.</summary>
    public Func<HistoryKept> Kept { get; init; } = static () => new(TaskOptions.Default.HistoryLength, false);

    /// <summary>Gets or sets the callback for a history that was read with something missing.</summary>
    public Action<HistoryLoss>? OnLost { get; set; }

    /// <summary>
    /// Gets or sets the callback for storage that has lost what this owner had written. Its argument is the number of results that are
    /// about to be written again.
    /// </summary>
    public Action<int>? OnWentBack { get; set; }

    /// <summary>Gets the number of results that the last flush wrote.</summary>
    public int WrittenLast { get; private set; }

    /// <summary>
    /// Gets whether numbers from before this owner that are missing stay missing. What a lost owner asked storage to write, and storage
    /// writes only now, then no longer counts. False until the history was read.
    /// </summary>
    public bool IsSealed { get; private set; }

    public bool IsDirty => _dirtyFrom is not null || _isHeadDirty || _isSuspect;

    /// <param name="result">The result.</param>
    /// <param name="length">The number of results to keep.</param>
    /// <param name="announce">Whether <see cref="FlushAsync"/> has to report when it is stored.</param>
    /// <param name="age">How much older than this result the others may be; null for any age.</param>
    public void Add(TaskResult result, int length, bool announce, TimeSpan? age = null)
    {
        if (announce)
        {
            (_announced ??= []).Add(result.RunId.Value);
        }

        _dirtyFrom ??= result.Sequence;
        _results.Add(result, length, age);
    }

    public TaskResult? Find(Guid run) => _results.Find(run);

    /// <summary>Returns the result of a run among those that earlier owners have numbered.</summary>
    public TaskResult? FindEarlier(Guid run) => _results.Find(run, StartsAfter);

    /// <summary>
    /// Returns whether this owner has, or had, the result of a run. This is not known for a result that left memory long ago.
    /// </summary>
    public bool HasHad(Guid run) => Find(run) is not null || _results.HasDropped(run);

    /// <summary>Loads the stored results into memory.</summary>
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

    /// <summary>Makes the next flush store which numbers are unused, before anybody is told that they have no result.</summary>
    public void Seal() => _isHeadDirty = true;

    /// <summary>Stops relying on storage to have what this owner has written. The next flush checks it.</summary>
    public void Suspect() => _isSuspect |= StoredThrough > 0;

    /// <summary>Writes what is not written yet.</summary>
    /// <param name="confirm">Throws if this owner may no longer write. It is called after the flush has read ETags of records that this
    /// owner has not written itself. Such an ETag may be that of a successor's write, for example on a silo that was frozen, and would
    /// allow overwriting it.</param>
    /// <returns>The ids of the results to report that are stored now, or no longer kept.</returns>
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
            // Whatever happened to the ETags, the next flush reads them again. What was stored may be missing, for example after storage
            // was replaced by an older copy of itself.
            _pages.Clear();
            _head = null;
            _isHeadDirty = true;
            Suspect();
            (_announced ??= []).AddRange(stored);
            _dirtyFrom = _dirtyFrom is null || from < _dirtyFrom ? from : _dirtyFrom;
            throw;
        }
    }

    /// <summary>Removes all of the history, from storage too.</summary>
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
            // There were more results than are kept, and these left memory meanwhile.
            return;
        }

        WrittenLast += results.Count;
        await store.WritePageAsync(task, page, _pages[page], results);
    }

    /// <summary>
    /// Returns the numbers of results that this owner knows to have been stored and that are missing, in order. Also reads the head.
    /// </summary>
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

    /// <summary>Removes what is no longer kept, and records which pages exist.</summary>
    private async Task DropPagesAsync(long lastPage)
    {
        var oldest = HistoryStore.PageOf(_results.Count > 0 ? _results[0].Sequence : Math.Max(Recorded, StartsAfter));
        var known = _head!.RecordExists ? _head.State! : new HistoryPage { FirstPage = oldest };

        // What another owner has recorded stays: pages and void ranges only ever advance.
        var first = Math.Max(known.FirstPage, oldest);
        var last = Math.Max(known.LastPage, lastPage);
        var (noLonger, lost) = (Union(known.Void, _void, first), Union(known.Lost ?? [], _lost, first));
        if (_head.RecordExists && known.FirstPage == first && known.LastPage == last && known.Void.SequenceEqual(noLonger)
            && known.Lost?.SequenceEqual(lost) == true)
        {
            IsSealed = true;
            return;
        }

        // Before the head says so: a page that the head names may be missing, but a page that it does not name would stay forever.
        for (var page = known.FirstPage; page < first; page++)
        {
            _pages.Remove(page);
            await store.ClearPageAsync(task, page);
        }

        _head.State = new HistoryPage { FirstPage = first, LastPage = last, Void = noLonger, Lost = lost };
        await store.WriteHeadAsync(task, _head);
        (_hadHead, IsSealed) = (true, true);
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

        // A run that this owner has executed too, or whose end it has received, has the result that was reported: this owner's.
        var repeated = older.Where(r => r.Sequence < first && known.Contains(r.RunId)).Select(r => r.Sequence);
        var through = results.Count == 0 ? 0 : results[^1].Sequence;

        // What was stored and is missing is not void. It counts again if somebody restores it.
        var isVoid = NumberRange.Of(read.HeadOrNull?.Void ?? []).ToList();
        var added = HistoryAudit.FindUnused(read.HeadOrNull, read.Found, Recorded, StartsAfter, Kept())
            .Concat(repeated.Where(n => !isVoid.Exists(v => v.Has(n))).Select(static n => new NumberRange(n, n))).ToList();
        (_void, IsSealed) = (NumberRange.ToStored(isVoid.Concat(added)), added.Count == 0);

        // Not beyond an unsealed number: the next owner would consider it lost, and count it when it is found.
        StoredThrough = Math.Max(StoredThrough, added.Select(static r => r.First - 1).Append(through).Min());
        _results.Prepend(results);
        LogLoaded(log, task, older.Count);
        NoteLoss(HistoryAudit.Find(read.HeadOrNull, read.Found, Recorded, StartsAfter, Kept()));
    }

    private void NoteLoss(HistoryLoss loss)
    {
        if (loss.IsLoss)
        {
            // From now on the head says so: the loss is reported once.
            _lost = NumberRange.ToStored([.. loss.Numbers, .. loss.Unknown]);
            _isHeadDirty = true;
            OnLost?.Invoke(loss);
        }
    }

    private static long[] Union(long[] before, long[] more, long firstPage) =>
        NumberRange.ToStored(NumberRange.Of(before).Union(NumberRange.Of(more)).Where(r => r.Last >= firstPage * HistoryStore.PageSize));

    [LoggerMessage(301, LogLevel.Debug, "The history of {Task} was read: {Count} results.")]
    private static partial void LogLoaded(ILogger logger, string task, int count);
}
