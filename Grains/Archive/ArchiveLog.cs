using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Archive;

/// <summary>
/// Stores the rows of a table. Rows that arrive together form one small segment, and small segments are merged into large ones from time to
/// time. An owner writes under its own number, which is in the manifest. After each write it reads the manifest again, and acknowledges the
/// write only if no other owner has come. So a new owner finds everything that was acknowledged.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="store">The storage.</param>
internal sealed class ArchiveLog(ArchiveTable table, ArchiveStore store)
{
    private const int ReadAtOnce = 8;
    private const int OwnTries = 5;
    private readonly Dictionary<int, ArchiveSegment> _segments = [];

    // The position up to which the small segments of each owner were read.
    private readonly Dictionary<long, long> _read = [];
    private long _epoch;
    private long _tail;
    private long _nextMerged;
    private int _numbers;

    /// <summary>Gets the callback for records that are missing or cannot be read, with the reason.</summary>
    public Action<string, string> OnLost { get; init; } = static (_, _) => { };

    /// <summary>Gets whether this is the owner, as far as it knows.</summary>
    public bool IsOwner => _epoch != 0;

    /// <summary>Gets the segments.</summary>
    public IReadOnlyCollection<ArchiveSegment> Segments => _segments.Values;

    /// <summary>Returns a segment; null if it no longer exists.</summary>
    public ArchiveSegment? Find(int number) => _segments.GetValueOrDefault(number);

    /// <summary>Reads all records.</summary>
    public async Task OpenAsync()
    {
        await store.ReadManifestAsync();
        await LoadAsync();
    }

    /// <summary>Becomes the owner, and reads what the previous owner has written since.</summary>
    public async Task OwnAsync()
    {
        var unfinished = 0L;
        for (var n = 0; ; n++)
        {
            var next = Copy(store.Manifest);
            unfinished = next.NextSegment;
            next.Epoch++;
            (next.NextSegment, next.Tails) = (0, [.. next.Tails, next.Epoch, 0]);
            next.PushedOut = [.. table.PushedOut];
            try
            {
                await store.WriteManifestAsync(next);
                break;
            }
            catch (InconsistentStateException) when (n < OwnTries)
            {
                await store.ReadManifestAsync();
                table.Clear();
                _segments.Clear();
                _read.Clear();
                await LoadAsync();
            }
        }

        // The previous owner may have written since the last read.
        await ReadTailsAsync();
        await ClearUnfinishedAsync(store.Manifest.Epoch - 1, unfinished);
        (_epoch, _tail, _nextMerged) = (store.Manifest.Epoch, 0, 0);
    }

    /// <summary>Gives up ownership, for example after an error that leaves unknown what is stored.</summary>
    public void Disown() => _epoch = 0;

    /// <summary>Gets the number of the next segment.</summary>
    public int NextNumber => _numbers + 1;

    /// <summary>Stores rows that are already in the table and refer to <see cref="NextNumber"/>.</summary>
    /// <param name="slots">The rows, in the order of their details.</param>
    /// <param name="details">The details of the rows.</param>
    /// <returns>Whether the rows are stored. If not, another owner has come.</returns>
    public async Task<bool> AppendAsync(IReadOnlyList<int> slots, byte[] details)
    {
        var isLarge = ArchiveSegment.IsLarge(slots.Count, details.Length);
        var segment = new ArchiveSegment(++_numbers, ArchiveSegment.Tail(_epoch, _tail))
        {
            Rows = slots.Count,
            Bytes = details.Length,
            Details = isLarge ? null : details,
        };
        _segments.Add(segment.Number, segment);
        var rows = SegmentForm.Write(table, slots);
        if (isLarge)
        {
            // The record with the rows makes it count, so it is the last.
            await store.WriteAsync(ArchiveSegment.DetailsOf(segment.Name), new StoredSegment { Write = Guid.NewGuid(), Details = details });
        }

        await store.WriteAsync(segment.Name, new StoredSegment { Write = Guid.NewGuid(), Rows = rows, Details = segment.Details });
        if (!await store.IsOwnerAsync())
        {
            return false;
        }

        _tail++;
        return true;
    }

    /// <summary>Removes a segment whose rows were taken back.</summary>
    public void Drop(int number) => _segments.Remove(number);

    /// <summary>Moves the rows of some segments into new ones. Segments without remaining rows are removed.</summary>
    /// <param name="sources">The segments, including all small ones.</param>
    /// <param name="pages">The rows of the new segments, with their details.</param>
    public async Task ReplaceAsync(IReadOnlyList<ArchiveSegment> sources, IReadOnlyList<ArchivePage> pages)
    {
        var made = new List<ArchiveSegment>();
        foreach (var page in pages)
        {
            var segment = new ArchiveSegment(++_numbers, ArchiveSegment.Merged(_epoch, _nextMerged++))
            {
                Rows = page.Rows.Count,
                Bytes = page.Details.Length,
                IsListed = true,
            };
            await store.WriteAsync(ArchiveSegment.DetailsOf(segment.Name),
                new StoredSegment { Write = Guid.NewGuid(), Details = page.Details });
            await store.WriteAsync(ArchiveSegment.IndexOf(segment.Name), new StoredSegment { Write = Guid.NewGuid(), Rows = page.Index });
            made.Add(segment);
        }

        var next = Copy(store.Manifest);
        var gone = sources.Select(static s => s.Name).ToHashSet(StringComparer.Ordinal);
        var kept = _segments.Values.Where(s => !s.IsListed && !gone.Contains(s.Name)).ToList();
        next.Segments =
            [.. next.Segments.Where(s => !gone.Contains(s)), .. kept.Select(static s => s.Name), .. made.Select(static s => s.Name)];
        (next.NextSegment, next.Tails, next.PushedOut) = (_nextMerged, [_epoch, _tail], [.. table.PushedOut]);
        next.Garbage = [.. next.Garbage, .. sources.SelectMany(static s => s.Records)];
        await store.WriteManifestAsync(next);
        kept.ForEach(static s => s.IsListed = true);
        made.ForEach(s => _segments.Add(s.Number, s));
    }

    /// <summary>Removes the records to which nothing refers. A failed removal is retried later.</summary>
    public async Task CollectAsync()
    {
        var left = new List<string>();
        foreach (var name in store.Manifest.Garbage)
        {
            try
            {
                await store.ClearAsync(name);
            }
            catch (Exception)
            {
                left.Add(name);
            }
        }

        // The next write of the manifest contains it.
        store.Manifest.Garbage = [.. left];
    }

    /// <summary>Returns the details of a segment; null if it no longer exists.</summary>
    public async Task<byte[]?> DetailsAsync(ArchiveSegment segment) =>
        segment.Details ?? (await store.ReadAsync(ArchiveSegment.DetailsOf(segment.Name)))?.Details;

    private async Task LoadAsync()
    {
        var rows = new List<ArchiveRow>();
        foreach (var some in store.Manifest.Segments.Chunk(ReadAtOnce))
        {
            var stored = await Task.WhenAll(some.Select(name => ReadAsync(ArchiveSegment.IndexOf(name))));
            foreach (var (name, segment) in some.Zip(stored))
            {
                rows.AddRange(Take(ArchiveSegment.IndexOf(name), name, segment, isListed: true));
            }
        }

        Add(rows);
        (table.PushedOut[0], table.PushedOut[1]) = (store.Manifest.PushedOut[0], store.Manifest.PushedOut[1]);
        await ReadTailsAsync();
    }

    private async Task ReadTailsAsync()
    {
        var rows = new List<ArchiveRow>();
        foreach (var owner in store.Manifest.Tails.Chunk(2))
        {
            var next = Math.Max(owner[1], _read.GetValueOrDefault(owner[0]));

            // An owner that was soon replaced has written little.
            for (var atOnce = 2; ; atOnce = ReadAtOnce)
            {
                var names = Enumerable.Range(0, atOnce).Select(n => ArchiveSegment.Tail(owner[0], next + n)).ToList();
                var stored = await Task.WhenAll(names.Select(ReadAsync));
                var found = Array.FindLastIndex(stored, static s => s.Segment?.Rows is not null || s.Error is not null) + 1;
                for (var n = 0; n < found; n++)
                {
                    rows.AddRange(Take(names[n], names[n], stored[n], isListed: false));
                }

                next += found;
                if (found < atOnce)
                {
                    break;
                }
            }

            _read[owner[0]] = next;
        }

        Add(rows);
    }

    /// <summary>Removes the segments that an owner had started to write and that do not count.</summary>
    private async Task ClearUnfinishedAsync(long epoch, long first)
    {
        try
        {
            await store.ClearAsync(ArchiveSegment.DetailsOf(ArchiveSegment.Tail(epoch, _read.GetValueOrDefault(epoch))));
            for (var n = first; ; n++)
            {
                var name = ArchiveSegment.Merged(epoch, n);
                if (!await store.ClearAsync(ArchiveSegment.DetailsOf(name)) & !await store.ClearAsync(ArchiveSegment.IndexOf(name)))
                {
                    return;
                }
            }
        }
        catch (Exception)
        {
            // The record takes space and does no other harm.
        }
    }

    /// <summary>Reads a record. If it is permanently unreadable, searches no longer find its runs; nothing else is affected.</summary>
    private async Task<(StoredSegment? Segment, Exception? Error)> ReadAsync(string name)
    {
        try
        {
            return (await store.ReadAsync(name), null);
        }
        catch (Exception e) when (StorageErrors.IsPermanent(e))
        {
            return (null, e);
        }
    }

    private List<ArchiveRow> Take(string record, string name, (StoredSegment? Segment, Exception? Error) read, bool isListed)
    {
        if (read.Segment?.Rows is null)
        {
            OnLost(record, read.Error?.Message ?? "It is missing.");
            return [];
        }

        var number = ++_numbers;
        try
        {
            var rows = SegmentForm.Read(read.Segment.Rows, table.Texts, number);
            _segments.Add(number, new ArchiveSegment(number, name)
            {
                Rows = rows.Count,
                Bytes = rows.Sum(static r => (long)r.Length),
                Details = read.Segment.Details,
                IsListed = isListed,
            });
            return rows;
        }
        catch (Exception e) when (StorageErrors.IsPermanent(e))
        {
            OnLost(record, e.Message);
            return [];
        }
    }

    private void Add(List<ArchiveRow> rows)
    {
        rows.Sort(static (a, b) => a.Ended.CompareTo(b.Ended));
        foreach (var row in rows)
        {
            table.Add(row);
        }
    }

    private static StoredArchive Copy(StoredArchive manifest) => new()
    {
        Epoch = manifest.Epoch,
        NextSegment = manifest.NextSegment,
        Segments = manifest.Segments,
        Tails = manifest.Tails,
        PushedOut = manifest.PushedOut,
        Garbage = manifest.Garbage,
    };
}
