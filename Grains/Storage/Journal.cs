namespace OrleansTasks;

/// <summary>
/// The journal: a ring of slots, each written in turn under its ETag. Whoever writes at a place where another owner has
/// written meanwhile is refused, and so is fenced. Slots are used again, so that the number of rows stays what it is with
/// every provider, those included that keep a row, or a key, for what was cleared.
/// </summary>
internal sealed class Journal(RecordStore store, JournalSlots slots, JournalLimits limits, long epoch)
{
    public const string Kind = "segment";
    private const int TrimAboveBytes = 4096;
    private const int LearnAtOnce = 16;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _free;
    private long _through;
    private Exception? _failure;

    /// <summary>The first segment that is not folded.</summary>
    public long First { get; private set; }

    /// <summary>Where the next commit begins: all segments before it are stored, and the one being written is not among them.</summary>
    public long Next { get; private set; }

    /// <summary>How many segments a new owner would have to read.</summary>
    public long Count => Next - First;

    /// <summary>About how many bytes they hold.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes over what was read.</summary>
    public void Start(long first, long next, long bytes)
    {
        First = _free = first;
        Next = next;
        Bytes = bytes;
    }

    /// <summary>Stores batches as one: after a crash either all of them are there, or none.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="commit">The number of the first commit in them.</param>
    public async Task AppendAsync(List<ItemBatch> batches, long commit)
    {
        await RoomAsync(batches.Count, commit);
        var bytes = 0;
        for (var i = 0; i < batches.Count; i++)
        {
            var sequence = Next + i;
            await LearnAsync(sequence);
            var segment = new SegmentRecord
            {
                Id = Guid.NewGuid(),
                Sequence = sequence,
                Epoch = epoch,
                More = i < batches.Count - 1,
                Keys = batches[i].Keys,
                Values = batches[i].Values,
            };
            var etag = await store.WriteAsync(Kind, slots.NameOf(sequence), segment, slots.ETag(sequence));
            slots.Set(sequence, etag, batches[i].Bytes);
            bytes += batches[i].Bytes;
        }

        Next += batches.Count;
        Bytes += bytes;
    }

    /// <summary>
    /// Lets commits up to one use the slots that are kept for folding, which waits for them. Later ones may not: as folding frees all that was there when it began, it then
    /// always finds those slots free.
    /// </summary>
    public void LetThrough(long commit)
    {
        _through = commit;
        Changed();
    }

    /// <summary>The manifest no longer needs the segments before this one.</summary>
    public void Fold(long first)
    {
        for (; First < first; First++)
        {
            Bytes -= slots.Bytes(First);
        }
    }

    /// <summary>Empties the larger ones of the folded segments, and gives all of them free.</summary>
    public async Task TrimAsync()
    {
        for (; _free < First; _free++)
        {
            if (slots.Bytes(_free) > TrimAboveBytes)
            {
                var empty = new SegmentRecord { Id = Guid.NewGuid(), Sequence = _free, Epoch = epoch, Kind = SegmentKind.Trimmed };
                slots.Set(_free, await store.WriteAsync(Kind, slots.NameOf(_free), empty, slots.ETag(_free)), 0);
            }
        }

        Changed();
    }

    /// <summary>Wakes who waits for room, to fail.</summary>
    public void Fail(Exception failure)
    {
        _failure ??= failure;
        Changed();
    }

    private async Task RoomAsync(int segments, long commit)
    {
        while (Next - _free + segments > limits.Usable(commit <= _through))
        {
            await _changed.Task;
            if (_failure is not null)
            {
                throw _failure;
            }
        }
    }

    /// <summary>Reads what is in a slot that this owner has not used before; some at a time, so that a first round costs little.</summary>
    private async Task LearnAsync(long sequence)
    {
        if (slots.IsKnown(slots.Of(sequence)))
        {
            return;
        }

        var end = sequence + 1;
        while (end < sequence + LearnAtOnce && end < _free + slots.Count && !slots.IsKnown(slots.Of(end)))
        {
            end++;
        }

        var unknown = Enumerable.Range(0, (int)(end - sequence)).Select(i => sequence + i).ToList();
        var found = await store.ReadManyAsync<SegmentRecord>(Kind, unknown.Select(slots.NameOf));
        for (var i = 0; i < unknown.Count; i++)
        {
            // An ETag learned from a later owner's seal would be a licence to write over it.
            if (found[i].Record?.Epoch > epoch)
            {
                throw new PartitionFencedException($"Segment {unknown[i]} is another owner's. This owner must stop.");
            }

            slots.Set(unknown[i], found[i].ETag, 0);
        }
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }
}
