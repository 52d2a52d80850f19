using System.Collections;
using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the stored runs of one task in its partition's memory: which of them the task's owner has, which is due next, and which were
/// cancelled. Each of these is found without visiting all runs, however many there are.
/// </summary>
internal sealed class TaskBacklog : IEnumerable<KeyValuePair<Guid, bool>>
{
    private const int RebuildAbove = 64;
    private readonly Dictionary<Guid, Entry> _items = [];
    private readonly HashSet<Guid> _calledOff = [];
    private readonly HashSet<Guid> _calledOffAndHanded = [];

    // The runs that the owner does not have, by due time. An entry whose instant differs from that of its run is void.
    private readonly PriorityQueue<Guid, long> _due = new();

    /// <summary>Gets the number of stored runs.</summary>
    public int Count => _items.Count;

    /// <summary>Gets the ids of all runs, in no particular order.</summary>
    public IEnumerable<Guid> Keys => _items.Keys;

    /// <summary>Gets whether there are cancelled runs that the owner does not have.</summary>
    public bool HasCalledOff => _calledOff.Count > 0;

    /// <summary>Gets the number of queue entries for finding the next due run.</summary>
    public int QueueLength => _due.Count;

    /// <summary>Gets or sets whether the owner has the run.</summary>
    /// <param name="run">The run's id.</param>
    public bool this[Guid run]
    {
        get => _items[run].IsHanded;
        set
        {
            var item = _items[run];
            _items[run] = item with { IsHanded = value };
            if (value)
            {
                NoteCalledOff(run, _items[run]);
            }
            else if (item.IsHanded)
            {
                Queue(run, item);
            }
        }
    }

    /// <summary>Adds a run, or updates one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isCalledOff">Whether it was accepted before its task was cancelled, and has not ended.</param>
    public void Set(StoredRun run, bool isCalledOff)
    {
        var id = run.RunId.Value;
        var known = _items.TryGetValue(id, out var old);
        var item = new Entry(run.WantedAt.UtcTicks, old.IsHanded, isCalledOff);
        _items[id] = item;
        if (item.IsHanded)
        {
            NoteCalledOff(id, item);
            return;
        }

        if (!known || old.Due != item.Due)
        {
            _due.Enqueue(id, item.Due);
            ForgetVoid();
        }

        NoteCalledOff(id, item);
    }

    /// <summary>Removes a run.</summary>
    /// <param name="run">The run's id.</param>
    /// <returns>Whether it existed.</returns>
    public bool Remove(Guid run)
    {
        _calledOff.Remove(run);
        _calledOffAndHanded.Remove(run);
        var removed = _items.Remove(run);
        ForgetVoid();
        return removed;
    }

    /// <summary>Returns whether the owner has the run.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="isHanded">Whether the owner has the run.</param>
    /// <returns>Whether the run is known.</returns>
    public bool TryGetValue(Guid run, out bool isHanded)
    {
        var known = _items.TryGetValue(run, out var item);
        isHanded = item.IsHanded;
        return known;
    }

    /// <summary>Returns whether there is a run that the owner does not have and that is due at an instant.</summary>
    /// <param name="horizon">The instant.</param>
    /// <returns>True if there is one.</returns>
    public bool HasDue(DateTimeOffset horizon)
    {
        while (_due.TryPeek(out var run, out var due))
        {
            if (due > horizon.UtcTicks)
            {
                return false;
            }

            if (IsQueued(run, due))
            {
                return true;
            }

            _due.Dequeue();
        }

        return false;
    }

    /// <summary>Hands the owner the next run that is due at an instant, the earliest first.</summary>
    /// <param name="horizon">The instant.</param>
    /// <param name="run">The run's id.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeDue(DateTimeOffset horizon, out Guid run)
    {
        run = default;
        if (!HasDue(horizon))
        {
            return false;
        }

        run = _due.Dequeue();
        this[run] = true;
        return true;
    }

    /// <summary>Hands a cancelled run to the owner.</summary>
    /// <param name="run">The run's id.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTakeCalledOff(out Guid run)
    {
        using var first = _calledOff.GetEnumerator();
        run = first.MoveNext() ? first.Current : default;
        if (!HasCalledOff)
        {
            return false;
        }

        this[run] = true;
        return true;
    }

    /// <summary>Takes all cancelled runs back from the owner.</summary>
    public void TakeBackCalledOff()
    {
        foreach (var run in _calledOffAndHanded.ToList())
        {
            this[run] = false;
        }
    }

    /// <summary>Determines again which runs are cancelled, after their task has changed.</summary>
    /// <param name="isCalledOff">Decides whether a run is cancelled.</param>
    public void CallOff(Func<Guid, bool> isCalledOff)
    {
        _calledOff.Clear();
        _calledOffAndHanded.Clear();
        foreach (var (run, old) in _items.ToList())
        {
            var item = old with { IsCalledOff = isCalledOff(run) };
            _items[run] = item;
            NoteCalledOff(run, item);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Guid, bool>> GetEnumerator() =>
        _items.Select(i => KeyValuePair.Create(i.Key, i.Value.IsHanded)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Queue(Guid run, Entry item)
    {
        _due.Enqueue(run, item.Due);
        ForgetVoid();
        NoteCalledOff(run, item with { IsHanded = false });
    }

    private void NoteCalledOff(Guid run, Entry item)
    {
        Put(_calledOff, item is { IsCalledOff: true, IsHanded: false });
        Put(_calledOffAndHanded, item is { IsCalledOff: true, IsHanded: true });

        void Put(HashSet<Guid> set, bool isIn)
        {
            if (isIn)
            {
                set.Add(run);
            }
            else
            {
                set.Remove(run);
            }
        }
    }

    private bool IsQueued(Guid run, long due) => _items.TryGetValue(run, out var item) && !item.IsHanded && item.Due == due;

    /// <summary>Removes void entries when they are the majority. Those of the far future would stay until then.</summary>
    private void ForgetVoid()
    {
        if (_due.Count <= (2 * _items.Count) + RebuildAbove)
        {
            return;
        }

        _due.Clear();
        _due.EnqueueRange(_items.Where(i => !i.Value.IsHanded).Select(i => (i.Key, i.Value.Due)));
    }

    private readonly record struct Entry(long Due, bool IsHanded, bool IsCalledOff);
}
