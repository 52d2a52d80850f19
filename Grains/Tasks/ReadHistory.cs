namespace OrleansTasks.Tasks;

/// <summary>Represents a task's history as it was read.</summary>
/// <param name="head">The head's record.</param>
internal sealed class ReadHistory(GrainState<HistoryPage> head)
{
    private readonly Dictionary<long, GrainState<HistoryPage>> _pages = [];
    private readonly List<TaskResult> _results = [];

    /// <summary>Gets the head's record.</summary>
    public GrainState<HistoryPage> Head => head;

    /// <summary>Gets the head; null if there is none.</summary>
    public HistoryPage? HeadOrNull => head.RecordExists ? head.State : null;

    /// <summary>Gets the ETags of the pages that were read.</summary>
    public IReadOnlyDictionary<long, GrainState<HistoryPage>> Pages => _pages;

    /// <summary>Gets the results that count, in the order of pages.</summary>
    public IReadOnlyList<TaskResult> Results => _results;

    /// <summary>Gets what was found.</summary>
    public HistoryFound Found =>
        new([.. _pages.Where(static p => p.Value.RecordExists).Select(static p => p.Key).Order()],
            [.. _results.Select(static r => r.Sequence).Order()]);

    /// <summary>Adds a page.</summary>
    public void Add(string task, long number, GrainState<HistoryPage> page)
    {
        var isVoid = NumberRange.Of(HeadOrNull?.Void ?? []).ToList();
        _results.AddRange(HistoryStore.ResultsOf(task, page).Where(r => !isVoid.Exists(v => v.Has(r.Sequence))));

        // The next write needs only the record's ETag.
        page.State = null!;
        _pages[number] = page;
    }
}
