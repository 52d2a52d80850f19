using OrleansTasks.Running;

namespace OrleansTasks.Storage;

/// <summary>
/// Writes the journal: a ring of slots, each of which is written in turn under its ETag. An owner whose slot another owner has written
/// meanwhile is rejected, and so is fenced. Slots are reused, so the number of rows stays the same with every provider, even with those
/// that keep a row or a key for a cleared record.
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

    /// <summary>Gets the sequence number of the first segment that is not folded.</summary>
    public long First { get; private set; }

    /// <summary>
    /// Gets the sequence number at which the next commit starts. All segments before it are stored. The one that is being written is not
    /// among them.
    /// </summary>
    public long Next { get; private set; }

    /// <summary>Gets the number of segments that a new owner would have to read.</summary>
    public long Count => Next - First;

    /// <summary>Gets the approximate number of bytes in these segments.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes over what was read. The last segment is this owner's seal.</summary>
    public void Start(long first, long next, long bytes)
    {
        First = _free = first;
        Next = next;
        Bytes = bytes;
        _last = slots.Id(next - 1);
    }

    /// <summary>Stores batches as one commit: after a crash either all of them are there, or none.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="commit">The number of the first commit in the batches.</param>
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
    /// Allows commits up to the given one to use the slots that are reserved for folding, which waits for these commits. Later commits may
    /// not use them. As folding frees all slots that were in use when it started, it then always finds these slots free.
    /// </summary>
    public void LetThrough(long commit)
    {
        _through = commit;
        Changed();
    }

    /// <summary>Marks the segments before this one as folded, because the manifest no longer needs them.</summary>
    public void Fold(long first)
    {
        for (; First < first; First++)
        {
            Bytes -= slots.Bytes(First);
        }
    }

    /// <summary>Empties the larger ones of the folded segments, and frees the slots of all of them.</summary>
    public async Task TrimAsync()
    {
        for (; _free < First; _free++)
        {
            if (slots.Bytes(_free) > TrimAboveBytes)
            {
                var empty = new SegmentRecord
                {
                    Id = Guid.NewGuid(),
                    Sequence = _free,
                    Epoch = ownership.Epoch,
                    Owner = ownership.Owner,
                    Kind = SegmentKind.Trimmed
                };
                slots.Set(_free, await store.WriteAsync(Kind, slots.NameOf(_free), empty, slots.ETag(_free)), empty.Id, 0);
            }
        }

        Changed();
    }

    /// <summary>Makes callers that wait for room fail.</summary>
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

    /// <summary>Checks whether storage still has the segments that are not folded, or only whether it has the last of them.</summary>
    /// <returns>The first segment whose record is not the one that was written, or null if there is none.</returns>
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

            // The segment may have been folded meanwhile, and its slot reused.
            if (found[i].Record?.Id != id && slots.Id(sequence) == id && sequence >= First)
            {
                return sequence;
            }
        }

        return null;
    }

    /// <summary>Reads some of the slots that this owner has not used yet.</summary>
    /// <returns>Whether there may be more such slots.</returns>
    /// <exception cref="StrandedSegmentException">A slot contains a segment that was not read when the partition was opened.</exception>
    public Task<bool> LookAheadAsync(int most) => LearnAsync(slots.Unknown(Next, most));

    /// <summary>
    /// Forgets what was in the slots, except those of segments that are not folded, because their content may have changed.
    /// </summary>
    public void Forget() => slots.ForgetAllBut(_free, Next);

    /// <summary>
    /// Reads a slot that this owner has not used before. It reads some slots at a time, so that a first round costs little.
    /// </summary>
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
                // The slot was used meanwhile.
                continue;
            }

            // An ETag that was learned from a later owner's seal would allow this owner to overwrite that seal.
            ThrowIfReplaced(unknown[i], found[i].Record);
            if (found[i].Record is { } there && there.Sequence >= unknown[i] && there.Kind != SegmentKind.Trimmed
                && there.Owner != ownership.Owner)
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
