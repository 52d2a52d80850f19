using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <summary>
/// A task's last results: in memory while its grain is active, and in storage. Writing lags a little behind and takes whatever came in
/// the meantime; what must not be lost is in the partition's log until it is written here.
/// </summary>
internal sealed partial class TaskHistory(string task, HistoryStore store, ILogger log)
{
    private const int ProbeLimit = 256;
    private readonly Dictionary<Guid, TaskResult> _byId = [];
    private readonly LinkedList<TaskResult> _results = new();
    private GrainState<HistoryPage>? _head;
    private Task? _loading;
    private long? _dirtyFrom;

    public TaskResult? Last => _results.Last?.Value;

    public bool IsDirty => _dirtyFrom is not null;

    public void Add(TaskResult result, int length)
    {
        _dirtyFrom ??= result.Sequence;
        _results.AddLast(result);
        _byId[result.RunId.Value] = result;
        Trim(length);
    }

    public TaskResult? Find(Guid run) => _byId.GetValueOrDefault(run);

    /// <summary>Has the stored results in memory too.</summary>
    public Task LoadAsync() => _loading is { IsFaulted: false } ? _loading : _loading = ReadStoredAsync();

    public IEnumerable<TaskResult> After(long sequence)
    {
        // The wanted ones are mostly the newest.
        var node = _results.Last;
        while (node is not null && node.Value.Sequence > sequence)
        {
            node = node.Previous;
        }

        for (node = node is null ? _results.First : node.Next; node is not null; node = node.Next)
        {
            yield return node.Value;
        }
    }

    public IEnumerable<TaskResult> NewestFirst(long? before)
    {
        for (var node = _results.Last; node is not null; node = node.Previous)
        {
            if (before is null || node.Value.Sequence < before)
            {
                yield return node.Value;
            }
        }
    }

    /// <summary>Writes what is not written yet.</summary>
    /// <returns>The ids of the results that are stored now and were not before.</returns>
    public async Task<IReadOnlyList<Guid>> FlushAsync()
    {
        if (_dirtyFrom is not { } from)
        {
            return [];
        }

        await LoadAsync();
        var pages = After(from - 1).GroupBy(r => HistoryStore.PageOf(r.Sequence)).Select(g => g.Key).ToList();
        var stored = After(from - 1).Select(r => r.RunId.Value).ToList();
        _dirtyFrom = null;
        try
        {
            foreach (var page in pages)
            {
                var results = _results.Where(r => HistoryStore.PageOf(r.Sequence) == page).ToList();
                await store.WritePageAsync(task, page, results);
            }

            await WriteHeadAsync(pages[^1]);
            return stored;
        }
        catch
        {
            _dirtyFrom = _dirtyFrom is null || from < _dirtyFrom ? from : _dirtyFrom;
            throw;
        }
    }

    private async Task WriteHeadAsync(long lastPage)
    {
        var firstKept = HistoryStore.PageOf(_results.First!.Value.Sequence);
        var oldFirst = _head!.RecordExists ? _head.State!.FirstPage : firstKept;
        _head.State = new HistoryPage { FirstPage = firstKept, LastPage = lastPage };
        await store.WriteHeadAsync(task, _head);
        for (var page = oldFirst; page < firstKept; page++)
        {
            await store.ClearPageAsync(task, page);
        }
    }

    private async Task ReadStoredAsync()
    {
        var head = await store.ReadHeadAsync(task);
        var older = new List<TaskResult>();
        if (head.RecordExists)
        {
            for (var page = head.State!.FirstPage; page <= head.State.LastPage + ProbeLimit; page++)
            {
                // Past the head's last page there may be one that was written just before a silo was lost.
                var results = await store.ReadPageAsync(task, page);
                if (results is null && page > head.State.LastPage)
                {
                    break;
                }

                older.AddRange(results ?? []);
            }
        }

        _head = head;
        foreach (var result in older.OrderByDescending(r => r.Sequence))
        {
            if (!_byId.ContainsKey(result.RunId.Value))
            {
                _results.AddFirst(result);
                _byId[result.RunId.Value] = result;
            }
        }

        LogLoaded(log, task, older.Count);
    }

    private void Trim(int length)
    {
        while (_results.Count > length)
        {
            _byId.Remove(_results.First!.Value.RunId.Value);
            _results.RemoveFirst();
        }
    }

    [LoggerMessage(301, LogLevel.Debug, "The history of {Task} was read: {Count} results.")]
    private static partial void LogLoaded(ILogger logger, string task, int count);
}
