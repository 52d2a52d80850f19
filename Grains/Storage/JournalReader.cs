namespace OrleansTasks.Storage;

/// <summary>
/// Reads the journal to its end, past gaps, and seals it. The reader applies segments in the order of owners, and in the order of segments
/// within each owner. An owner that did not see the segments beyond a gap wrote before their owner.
/// </summary>
/// <param name="store">The records.</param>
/// <param name="content">The content to which the reader adds.</param>
/// <param name="options">The limits.</param>
/// <param name="raise">
/// Called with an epoch that is not below this owner's epoch. Raises this owner's epoch, or fails if another owner has taken over.
/// </param>
internal sealed class JournalReader(RecordStore store, PartitionContent content, PartitionLogOptions options, Func<long, Task> raise)
{
    private readonly Dictionary<long, Stored<SegmentRecord>> _ahead = [];
    private readonly List<SegmentRecord> _unfinished = [];
    private readonly List<(long Epoch, SegmentRecord[] Parts)> _commits = [];
    private SegmentRecord? _last;
    private (long From, long Count)? _gap;
    private int _segments;

    /// <summary>Starts to read the first segments while other records are read.</summary>
    public Task ReadAheadAsync() => FindAsync(content.Next);

    public async Task ReplayAsync()
    {
        await SealAsync(content.IsNew ? default : await ReadToEndAsync());
        if (content.IsNew)
        {
            content.Slots.SetEmpty();
        }

        foreach (var (_, parts) in _commits.OrderBy(c => c.Epoch))
        {
            foreach (var part in parts)
            {
                for (var i = 0; i < part.Keys.Length; i++)
                {
                    content.Apply(part.Keys[i], part.Values[i]);
                    content.Dirty.Add(part.Keys[i]);
                }
            }
        }
    }

    /// <summary>Takes segments until none follows, and none lies ahead. Returns the empty place after the last one.</summary>
    private async Task<Stored<SegmentRecord>> ReadToEndAsync()
    {
        while (_segments < content.Slots.Count)
        {
            var found = await FindAsync(content.Next);
            if (await ContinuesAsync(found.Record))
            {
                Take(found);
            }
            else if (await LookBeyondAsync() is { } beyond)
            {
                // The previous owner may have written there while this owner looked further ahead.
                _ahead.Clear();
                if (!await ContinuesAsync((await FindAsync(content.Next)).Record))
                {
                    Gap(beyond);
                }
            }
            else
            {
                return found;
            }
        }

        throw new PartitionStorageException(
            $"The journal of partition '{store.Partition}' is full: it was opened many times without being able to write. Nothing is "
                + "lost; make sure that storage accepts writes.");
    }

    private async Task<Stored<SegmentRecord>> FindAsync(long sequence)
    {
        if (!_ahead.ContainsKey(sequence))
        {
            _ahead.Clear();
            var some = Enumerable.Range(0, options.ReadParallelism).Select(i => sequence + i).ToList();
            var found = await store.ReadManyAsync<SegmentRecord>(Journal.Kind, some.Select(content.Slots.NameOf));
            for (var i = 0; i < some.Count; i++)
            {
                _ahead[some[i]] = found[i];
            }
        }

        return _ahead[sequence];
    }

    /// <summary>Returns the next segment after a gap, or null if the reader finds none within the range that it searches.</summary>
    private async Task<long?> LookBeyondAsync()
    {
        var count = content.Slots.Count;
        var end = Math.Min(Math.Max(content.Next + 1 + options.LookAhead, content.Manifest.Reached), content.Next + count);
        for (var from = content.Next; from < end; from += options.ReadParallelism)
        {
            var found = await ReadSomeAsync(from, (int)Math.Min(options.ReadParallelism, end - from));
            if (found.Any(f => f.Is > f.Asked))
            {
                // The journal has passed the end of the ring since, so the next segment may be in any slot.
                var all = await ReadSomeAsync(content.Next, count);
                return all.Where(f => f.Is > content.Next).Min(f => f.Is);
            }

            if (found.FirstOrDefault(f => f.Is == f.Asked && f.Is > content.Next) is { Is: { } next })
            {
                return next;
            }
        }

        return null;
    }

    private async Task<List<(long Asked, long? Is)>> ReadSomeAsync(long from, int count)
    {
        var asked = Enumerable.Range(0, count).Select(i => from + i).ToList();
        var found = await store.ReadManyAsync<SegmentRecord>(Journal.Kind, asked.Select(content.Slots.NameOf));
        return [
            .. asked.Zip(found,
                (sequence, f) => (sequence, f.Record is { Kind: not SegmentKind.Trimmed } there ? there.Sequence : (long?)null))];
    }

    private void Gap(long beyond)
    {
        _gap = (content.Next, beyond - content.Next);
        _unfinished.Clear();
        content.HasGap = true;
        content.Next = beyond;
    }

    /// <summary>Checks whether a segment follows the previous one, and reports what is lost between them.</summary>
    private void Check(SegmentRecord segment)
    {
        var follows = segment.Previous == Guid.Empty || _last is null || segment.Previous == _last.Id;
        if (_gap is { } gap)
        {
            var changes = segment.Owner != Guid.Empty && segment.Owner == _last?.Owner
                ? segment.ChangesBefore - _last.ChangesBefore - _last.Keys.Length
                : (long?)null;
            Report(gap.From, gap.Count, changes);
            _gap = null;
        }
        else if (!follows)
        {
            content.Losses.Add(
                $"segment {segment.Sequence} of the journal does not follow what is before it; an unknown number of changes is lost "
                    + "between.");
        }
    }

    private void Report(long from, long count, long? changes) => content.Losses.Add(
        $"{count} {(count == 1 ? "segment" : "segments")} of the journal ({from} to {from + count - 1}), with "
            + $"{(changes is { } known ? $"{known}" : "an unknown number of")} acknowledged changes.");

    private async Task SealAsync(Stored<SegmentRecord> end)
    {
        while (_segments < content.Slots.Count)
        {
            if (await ContinuesAsync(end.Record))
            {
                // The previous owner wrote meanwhile. It may have acknowledged the segment, so the segment is valid. The next place is
                // tried then.
                Take(end);
                end = await store.ReadAsync<SegmentRecord>(Journal.Kind, content.Slots.NameOf(content.Next));
                continue;
            }

            if (content.Next < content.Manifest.Reached)
            {
                // Nothing lies beyond the gap, although the manifest says that something was there.
                Report(content.Next, content.Manifest.Reached - content.Next, null);
                content.HasGap = true;
                content.Next = content.Manifest.Reached;
                end = await store.ReadAsync<SegmentRecord>(Journal.Kind, content.Slots.NameOf(content.Next));
                continue;
            }

            var seal = new SegmentRecord
            {
                Id = Guid.NewGuid(),
                Sequence = content.Next,
                Epoch = content.Manifest.Epoch,
                Owner = content.Manifest.Owner,
                Previous = _last?.Id ?? Guid.Empty,
                Kind = SegmentKind.Seal,
            };
            end = await store.TryWriteAsync(Journal.Kind, content.Slots.NameOf(content.Next), seal, end.ETag,
                static (found, ours) => found.Sequence >= ours.Sequence);
            if (end.Record!.Id == seal.Id)
            {
                Take(end);
                return;
            }
        }

        throw new PartitionFencedException(
            $"Partition '{store.Partition}' was taken by another owner while this one opened it. This owner must stop.");
    }

    private async Task<bool> ContinuesAsync(SegmentRecord? found)
    {
        if (found is null || found.Sequence < content.Next)
        {
            return false;
        }

        if (found.Epoch > content.Manifest.Epoch || (found.Epoch == content.Manifest.Epoch && found.Owner != content.Manifest.Owner))
        {
            await raise(found.Epoch);
        }

        return found.Sequence == content.Next;
    }

    private void Take(Stored<SegmentRecord> stored)
    {
        var segment = stored.Record!;
        Check(segment);
        if (segment.Kind == SegmentKind.Seal)
        {
            // The earlier owner did not finish this commit before it was stopped, so nobody was told that it is stored.
            _unfinished.Clear();
        }

        var bytes = 0;
        for (var i = 0; i < segment.Keys.Length; i++)
        {
            bytes += new LogChange(segment.Keys[i], segment.Values[i]).Bytes;
        }

        content.Slots.Set(content.Next, stored.ETag, segment.Id, bytes);
        content.JournalBytes += bytes;
        content.Next++;
        _segments++;
        _last = segment;
        if (segment.Continued && _unfinished.Count == 0)
        {
            // The start of the commit is lost, so the whole commit is lost.
            return;
        }

        _unfinished.Add(segment);
        if (!segment.More)
        {
            _commits.Add((segment.Epoch, [.. _unfinished]));
            _unfinished.Clear();
        }
    }
}
