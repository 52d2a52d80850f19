namespace OrleansTasks.Tasks;

/// <summary>Keeps the last results in order, oldest first. Adding a result drops the oldest ones beyond a maximum number or age.</summary>
internal sealed class ResultRing
{
    // The run of a result that is dropped this soon may still be reported: a silo that has no answer repeats its report.
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);
    private const int MostDropped = 4_096;
    private TaskResult[] _items = new TaskResult[4];
    private int _first;
    private Queue<(Guid Run, DateTimeOffset FinishedAt)>? _droppedSoon;

    public int Count { get; private set; }

    public TaskResult? Last => Count == 0 ? null : this[Count - 1];

    public TaskResult this[int index] => _items[(_first + index) % _items.Length];

    public void Add(TaskResult result, int length, TimeSpan? age = null)
    {
        while (Count >= length || (Count > 0 && this[0].FinishedAt < result.FinishedAt - age))
        {
            NoteDropped(this[0], result.FinishedAt);
            _items[_first] = null!;
            _first = (_first + 1) % _items.Length;
            Count--;
        }

        if (Count == _items.Length)
        {
            Replace([.. this.Items(0), .. new TaskResult[Count]], Count);
        }

        _items[(_first + Count++) % _items.Length] = result;
    }

    /// <summary>Returns whether the result of a run was here and was dropped soon after its end, as far as that is remembered.</summary>
    public bool HasDropped(Guid run) => _droppedSoon?.Any(d => d.Run == run) == true;

    public void Clear()
    {
        Replace(new TaskResult[16], 0);
        _droppedSoon = null;
    }

    /// <summary>Adds older results before the present ones.</summary>
    public void Prepend(IReadOnlyList<TaskResult> older) =>
        Replace([.. older, .. this.Items(0), .. new TaskResult[16]], older.Count + Count);

    /// <summary>Returns the result of a run. It usually is one of the newest.</summary>
    public TaskResult? Find(Guid run)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (this[i].RunId.Value == run)
            {
                return this[i];
            }
        }

        return null;
    }

    /// <summary>
    /// Returns the result of a run if its number is not greater than the given one. The results with greater numbers, of which there may be
    /// many, are not searched.
    /// </summary>
    public TaskResult? Find(Guid run, long sequence)
    {
        for (var i = 0; i < Count && this[i] is var result && result.Sequence <= sequence; i++)
        {
            if (result.RunId.Value == run)
            {
                return result;
            }
        }

        return null;
    }

    /// <summary>Returns the results from an index onwards.</summary>
    public IEnumerable<TaskResult> Items(int from)
    {
        for (var i = from; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <summary>Returns the index of the first result with a greater sequence number.</summary>
    public int FirstAfter(long sequence)
    {
        // The search starts at the newest, because callers usually want those.
        var index = Count;
        while (index > 0 && this[index - 1].Sequence > sequence)
        {
            index--;
        }

        return index;
    }

    /// <summary>
    /// Remembers the id of a dropped result if it ended recently, and forgets older ids. A task that is not busy needs no memory for this.
    /// </summary>
    private void NoteDropped(TaskResult result, DateTimeOffset now)
    {
        while (_droppedSoon?.TryPeek(out var oldest) == true && (now - oldest.FinishedAt >= Soon || _droppedSoon.Count >= MostDropped))
        {
            _droppedSoon.Dequeue();
        }

        if (now - result.FinishedAt < Soon)
        {
            (_droppedSoon ??= new()).Enqueue((result.RunId.Value, result.FinishedAt));
        }
    }

    private void Replace(TaskResult[] items, int count) => (_items, _first, Count) = (items, 0, count);
}
