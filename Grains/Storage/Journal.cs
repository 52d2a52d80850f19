using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>
/// The journal: a ring of slots, each written in turn under its ETag. Whoever writes at a place where another owner has
/// written meanwhile is refused, and so is fenced. Slots are used again, so that the number of rows stays what it is with
/// every provider, those included that keep a row, or a key, for what was cleared.
/// </summary>
internal sealed class Journal(RecordStore store, JournalSlots slots, JournalLimits limits, Ownership ownership)
{
    public const string Kind = "segment";
    private const int TrimAboveBytes = 4096;
    private const int LearnAtOnce = 16;
    private TaskCompletionSource _changed = Completions.New();
    private long _free;
    private long _through;
    private Exception? _failure;
    private Guid _last;
    private long _changes;

    /// <summary>The first segment that is not folded.</summary>
    public long First { get; private set; }

    /// <summary>Where the next commit begins: all segments before it are stored, and the one being written is not among them.</summary>
    public long Next { get; private set; }

    /// <summary>How many segments a new owner would have to read.</summary>
    public long Count => Next - First;

    /// <summary>About how many bytes they hold.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes over what was read; the last segment is this owner's seal.</summary>
    public void Start(long first, long next, long bytes)
    {
        First = _free = first;
        Next = next;
        Bytes = bytes;
        _last = slots.Id(next - 1);
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
                Epoch = ownership.Epoch,
                Owner = ownership.Owner,
                Previous = _last,
                ChangesBefore = _changes,
                Continued = i > 0,
                More = i < batches.Count - 1,
                Keys = batches[i].Keys,
                Values = batches[i].Values,
            };
            var etag = await store.WriteAsync(Kind, slots.NameOf(sequence), segment, slots.ETag(sequence));
            slots.Set(sequence, etag, segment.Id, batches[i].Bytes);
            bytes += batches[i].Bytes;
            _last = segment.Id;
            _changes += segment.Keys.Length;
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
                var empty = new SegmentRecord { Id = Guid.NewGuid(), Sequence = _free, Epoch = ownership.Epoch, Owner = ownership.Owner, Kind = SegmentKind.Trimmed };
                slots.Set(_free, await store.WriteAsync(Kind, slots.NameOf(_free), empty, slots.ETag(_free)), empty.Id, 0);
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

    /// <summary>
    /// Looks whether storage still has the segments that are not folded, or only the last of them.
    /// </summary>
    /// <returns>The first segment that is not what was written; null if there is none.</returns>
    public async Task<long?> FindLostAsync(bool all)
    {
        var from = all ? First : Math.Max(First, Next - 1);
        var expected = new List<(long Sequence, Guid Id)>();
        for (var sequence = from; sequence < Next; sequence++)
        {
            expected.Add((sequence, slots.Id(sequence)));
        }

        var found = await store.ReadManyAsync<SegmentRecord>(Kind, expected.Select(e => slots.NameOf(e.Sequence)));
        for (var i = 0; i < expected.Count; i++)
        {
            var (sequence, id) = expected[i];
            ThrowIfReplaced(sequence, found[i].Record);

            // Meanwhile it may have been folded, and its slot used again.
            if (found[i].Record?.Id != id && slots.Id(sequence) == id && sequence >= First)
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>Looks into some of the slots that this owner has not used yet.</summary>
    /// <returns>Whether there may be more of them.</returns>
    /// <exception cref="StrandedSegmentException">There is a segment that was not read when the partition was opened.</exception>
    public Task<bool> LookAheadAsync(int most) => LearnAsync(slots.Unknown(Next, most));

    /// <summary>What is in the slots may not be what it was, except in those of segments that are not folded.</summary>
    public void Forget() => slots.ForgetAllBut(_free, Next);

    /// <summary>Reads what is in a slot that this owner has not used before; some at a time, so that a first round costs little.</summary>
    private async Task LearnAsync(long sequence)
    {
        if (!slots.IsKnown(slots.Of(sequence)))
        {
            await LearnAsync(slots.Unknown(sequence, LearnAtOnce));
        }
    }

    private async Task<bool> LearnAsync(List<long> unknown)
    {
        var found = await store.ReadManyAsync<SegmentRecord>(Kind, unknown.Select(slots.NameOf));
        for (var i = 0; i < unknown.Count; i++)
        {
            if (slots.IsKnown(slots.Of(unknown[i])))
            {
                // It was used meanwhile.
                continue;
            }

            // An ETag learned from a later owner's seal would be a licence to write over it.
            ThrowIfReplaced(unknown[i], found[i].Record);
            if (found[i].Record is { } there && there.Sequence >= unknown[i] && there.Kind != SegmentKind.Trimmed && there.Owner != ownership.Owner)
            {
                throw new StrandedSegmentException(store.Partition, there.Sequence);
            }

            slots.Set(unknown[i], found[i].ETag, found[i].Record?.Id ?? Guid.Empty, 0);
        }

        return unknown.Count > 0;
    }

    private void ThrowIfReplaced(long sequence, SegmentRecord? found)
    {
        if (found?.Supersedes(new SegmentRecord { Epoch = ownership.Epoch, Owner = ownership.Owner }) == true)
        {
            throw new PartitionFencedException($"Segment {sequence} is another owner's. This owner must stop.");
        }
    }

    private void Changed()
    {
        var changed = _changed;
        _changed = Completions.New();
        changed.SetResult();
    }
}
