using System.Runtime.InteropServices;
using OrleansTasks.Calls;

namespace OrleansTasks.Archive;

/// <summary>
/// Keeps the ended runs of one partition in memory: enough of each to search, sort and count without storage. Runs are removed by age, and
/// by number and size for their task and in total, the oldest first. Runs that succeeded and others have separate limits. Pure.
/// </summary>
internal sealed class ArchiveTable
{
    // The memory of a row besides its stored size, for limits in bytes.
    private const int RowBytes = 256;
    // Small enough that a partition with few runs takes little memory, and that the array is below the large object heap.
    private const int ChunkSize = 256;
    private readonly List<ArchiveRow[]> _chunks = [];
    private readonly Stack<int> _free = new();
    private readonly Dictionary<Guid, int> _slots = [];

    // By the retried run, the last run that retried it.
    private readonly Dictionary<Guid, Guid> _retries = [];
    private readonly Dictionary<int, TaskRows> _tasks = [];
    private readonly RowList[] _kinds = [new(), new()];
    private readonly Dictionary<int, int> _ofSegment = [];
    private int _used;

    /// <summary>Gets the texts of the rows.</summary>
    public InternedTexts Texts { get; } = new();

    /// <summary>Gets the number of runs.</summary>
    public int Count => _slots.Count;

    /// <summary>Gets the number of runs of each kind that were removed early because a limit was reached.</summary>
    public long[] PushedOut { get; } = new long[2];

    /// <summary>Gets the number of rows, including free ones.</summary>
    public int Slots => _used;

    /// <summary>Gets a row.</summary>
    public ref ArchiveRow this[int slot] => ref _chunks[slot / ChunkSize][slot % ChunkSize];

    /// <summary>Returns the number of runs of a kind.</summary>
    public int CountOf(RowKind kind) => _kinds[(int)kind].Count;

    /// <summary>Returns the size of the runs of a kind, in bytes.</summary>
    public long BytesOf(RowKind kind) => _kinds[(int)kind].Bytes;

    /// <summary>Returns the number of rows that refer to a segment.</summary>
    public int OfSegment(int segment) => _ofSegment.GetValueOrDefault(segment);

    /// <summary>Returns the row of a run; null if it does not exist.</summary>
    public int? Find(Guid run) => _slots.TryGetValue(run, out var slot) ? slot : null;

    /// <summary>Returns the last archived run that retried a run; null if there is none.</summary>
    public Guid? RetryOf(Guid run) => _retries.TryGetValue(run, out var retry) ? retry : null;

    /// <summary>
    /// Returns whether the limit is reached and all kept runs ended later than a result: the result was removed before and arrives again.
    /// </summary>
    public bool IsBeforeKept(RunsToKeep runs, TaskResult result)
    {
        var kind = result.Status == RunStatus.Succeeded ? RowKind.Succeeded : RowKind.Other;
        return Texts.Find(runs.Task) is { } number && _tasks.TryGetValue(number, out var rows) && rows.Of[(int)kind] is { First: >= 0 } list
            && list.Count >= runs.Of(result.Status).MaxRuns && result.FinishedAt.UtcTicks < this[list.First].Ended;
    }

    /// <summary>Adds a run, unless it exists with the same number or a higher one. The caller has added its texts.</summary>
    /// <returns>Whether it was added. If not, its texts are released.</returns>
    public bool Add(in ArchiveRow row)
    {
        if (_slots.TryGetValue(row.Id, out var known))
        {
            if (!IsLater(row, this[known]))
            {
                Release(row);
                Texts.Release(row.Task);
                return false;
            }

            Remove(known);
        }

        var rows = CollectionsMarshal.GetValueRefOrAddDefault(_tasks, row.Task, out _) ??= new TaskRows();
        var slot = Take();
        ref var taken = ref this[slot];
        taken = row;
        (taken.State, taken.Next, taken.Previous, taken.NextOfTask) = (RowState.Kept, -1, -1, -1);
        _slots[row.Id] = slot;
        NoteRetry(row);
        var kind = (int)row.Kind;
        LinkOfTask(rows.Of[kind], slot);
        Link(_kinds[kind], slot);
        CollectionsMarshal.GetValueRefOrAddDefault(_ofSegment, row.Segment, out _)++;
        return true;
    }

    /// <summary>Removes a run.</summary>
    public void Remove(int slot)
    {
        ref var row = ref this[slot];
        var (kind, bytes) = ((int)row.Kind, BytesOf(row));
        _slots.Remove(row.Id);
        if (row.RetryOf != Guid.Empty && _retries.GetValueOrDefault(row.RetryOf) == row.Id)
        {
            _retries.Remove(row.RetryOf);
        }

        Unlink(_kinds[kind], slot);
        var rows = _tasks[row.Task];
        (rows.Of[kind].Count, rows.Of[kind].Bytes) = (rows.Of[kind].Count - 1, rows.Of[kind].Bytes - bytes);
        MoveFrom(row.Segment);
        Release(row);
        row.State = RowState.Gone;
        FreeFirst(rows, row.Task, kind);
    }

    /// <summary>Changes the location of a row's details.</summary>
    public void Move(int slot, int segment, int offset)
    {
        ref var row = ref this[slot];
        MoveFrom(row.Segment);
        (row.Segment, row.Offset) = (segment, offset);
        CollectionsMarshal.GetValueRefOrAddDefault(_ofSegment, segment, out _)++;
    }

    /// <summary>Changes a row, which keeps its place. The caller has the texts of the old row and of the new one the same.</summary>
    /// <param name="slot">The row.</param>
    /// <param name="segment">The segment with the new details.</param>
    /// <param name="offset">The location of the details in it.</param>
    /// <param name="length">The length of the details.</param>
    /// <param name="mark">What was done about the run.</param>
    /// <param name="revision">The number of changes.</param>
    public void Change(int slot, int segment, int offset, int length, DeadLetterState mark, ushort revision)
    {
        Move(slot, segment, offset);
        ref var row = ref this[slot];
        var (kind, more) = ((int)row.Kind, length - row.Length);
        (row.Length, row.Mark, row.Revision) = (length, mark, revision);
        _kinds[kind].Bytes += more;
        _tasks[row.Task].Of[kind].Bytes += more;
    }

    /// <summary>Removes the runs of a task beyond its limits, the oldest first.</summary>
    public void Bound(string task, RowKind kind, int runs, long bytes)
    {
        if (Texts.Find(task) is not { } number || !_tasks.TryGetValue(number, out var rows))
        {
            return;
        }

        var list = rows.Of[(int)kind];
        while (list.Count > runs || (list.Bytes > bytes && list.Count > 1))
        {
            PushedOut[(int)kind]++;
            Remove(list.First);
        }
    }

    /// <summary>Removes the runs of a kind beyond its limits, the oldest first.</summary>
    public void Bound(RowKind kind, int runs, long bytes)
    {
        var list = _kinds[(int)kind];
        while (list.Count > runs || (list.Bytes > bytes && list.Count > 1))
        {
            PushedOut[(int)kind]++;
            Remove(list.First);
        }
    }

    /// <summary>Removes expired runs.</summary>
    public void Expire(DateTimeOffset now)
    {
        for (var slot = 0; slot < _used; slot++)
        {
            ref var row = ref this[slot];
            if (row.State == RowState.Kept && row.Expires <= now.UtcTicks)
            {
                Remove(slot);
            }
        }
    }

    /// <summary>Removes all runs.</summary>
    public void Clear()
    {
        for (var slot = 0; slot < _used; slot++)
        {
            if (this[slot].State == RowState.Kept)
            {
                Remove(slot);
            }
        }
    }

    private void NoteRetry(in ArchiveRow row)
    {
        if (row.RetryOf != Guid.Empty
            && !(_retries.TryGetValue(row.RetryOf, out var other) && Find(other) is { } known && this[known].Sequence > row.Sequence))
        {
            _retries[row.RetryOf] = row.Id;
        }
    }

    /// <summary>
    /// Returns whether a row replaces a known one of the same run. A change to a run is never lost to a result that comes again.
    /// </summary>
    private static bool IsLater(in ArchiveRow row, in ArchiveRow known) =>
        row.Revision != known.Revision ? row.Revision > known.Revision : row.Sequence > known.Sequence;

    private static long BytesOf(in ArchiveRow row) => RowBytes + row.Length;

    private int Take()
    {
        if (_free.TryPop(out var slot))
        {
            return slot;
        }

        if (_used % ChunkSize == 0)
        {
            _chunks.Add(new ArchiveRow[ChunkSize]);
        }

        return _used++;
    }

    private void LinkOfTask(RowList list, int slot)
    {
        if (list.Last >= 0)
        {
            this[list.Last].NextOfTask = slot;
        }
        else
        {
            list.First = slot;
        }

        (list.Last, list.Count, list.Bytes) = (slot, list.Count + 1, list.Bytes + BytesOf(this[slot]));
    }

    private void Link(RowList list, int slot)
    {
        this[slot].Previous = list.Last;
        if (list.Last >= 0)
        {
            this[list.Last].Next = slot;
        }
        else
        {
            list.First = slot;
        }

        (list.Last, list.Count, list.Bytes) = (slot, list.Count + 1, list.Bytes + BytesOf(this[slot]));
    }

    private void Unlink(RowList list, int slot)
    {
        ref var row = ref this[slot];
        if (row.Previous >= 0)
        {
            this[row.Previous].Next = row.Next;
        }
        else
        {
            list.First = row.Next;
        }

        if (row.Next >= 0)
        {
            this[row.Next].Previous = row.Previous;
        }
        else
        {
            list.Last = row.Previous;
        }

        (list.Count, list.Bytes) = (list.Count - 1, list.Bytes - BytesOf(row));
    }

    /// <summary>Frees the rows without a run at the start of their task's list.</summary>
    private void FreeFirst(TaskRows rows, int task, int kind)
    {
        var list = rows.Of[kind];
        while (list.First >= 0 && this[list.First].State == RowState.Gone)
        {
            var slot = list.First;
            list.First = this[slot].NextOfTask;
            this[slot].State = RowState.Free;
            _free.Push(slot);
            Texts.Release(task);
        }

        if (list.First < 0)
        {
            list.Last = -1;
        }

        if (rows.Of[0].First < 0 && rows.Of[1].First < 0)
        {
            _tasks.Remove(task);
        }
    }

    private void MoveFrom(int segment)
    {
        if (--CollectionsMarshal.GetValueRefOrAddDefault(_ofSegment, segment, out _) <= 0)
        {
            _ofSegment.Remove(segment);
        }
    }

    private void Release(in ArchiveRow row)
    {
        foreach (var text in (ReadOnlySpan<int>)[row.Handler, row.Group, row.Tags, row.Silo, row.ErrorType, row.RequestedBy, row.Headers,
            row.Parent, row.Batch])
        {
            Texts.Release(text);
        }
    }

    private sealed class RowList
    {
        public int First = -1;
        public int Last = -1;
        public int Count;
        public long Bytes;
    }

    /// <summary>Represents the rows of a task, by kind.</summary>
    private sealed class TaskRows
    {
        public readonly RowList[] Of = [new(), new()];
    }
}
