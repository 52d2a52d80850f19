namespace OrleansTasks.Storage;

/// <summary>
/// Folds the journal: the items that it changed go into one delta, and its slots are free again. While all items are small enough they all
/// go into it, in place of all pages and deltas before: a new owner then has one record to read besides the journal.
/// </summary>
internal sealed class Folding(Journal journal, ManifestWriter manifest, ItemsWriter writer, PageSizes sizes, PartitionLogOptions options)
{
    private const int LookBelow = 8;
    private readonly DeltaNames _names = new();
    private HashSet<string> _dirty = new(StringComparer.Ordinal);

    /// <summary>The bytes of the deltas of this generation.</summary>
    public long DeltaBytes { get; set; }

    public bool IsDue => journal.Count >= options.FoldAfterSegments || journal.Bytes >= options.FoldAfterBytes;

    public void Changed(string key) => _dirty.Add(key);

    /// <param name="items">The current items.</param>
    /// <param name="mayReplace">Whether pages and deltas may be replaced: not while pages are being rewritten.</param>
    /// <returns>Whether all items are in one record now.</returns>
    public async Task<bool> FoldAsync(IPartitionItems items, bool mayReplace)
    {
        // One turn, from here to the first await: what the segments before 'first' hold is in the captured items, or older.
        var keys = _dirty;
        _dirty = new(StringComparer.Ordinal);
        var first = journal.Next;
        var journaled = writer.Journaled;
        journal.LetThrough(writer.LastQueued);
        var whole = mayReplace ? CaptureWhole(items) : null;
        var batches = ItemBatch.Split(whole ?? ItemsWriter.Capture(items, keys), options.SegmentBytes);
        var generation = manifest.Current.Generation + (whole is null ? 0 : 1);
        try
        {
            await journaled;
            var named = whole is null ? manifest.Current.Deltas : 0;
            var from = _names.Take(generation, named, batches.Count);
            var index = from;
            foreach (var batch in batches)
            {
                await writer.WriteAsync(ItemsSlot.DeltaKind, ItemsSlot.Delta(generation, index++), batch, generation);
            }

            await manifest.WriteAsync(next =>
            {
                int[] skipped = [.. whole is null ? next.Skipped : [], .. Enumerable.Range(named, from - named)];
                (next.First, next.Generation, next.Deltas, next.Skipped) = (first, generation, index, skipped);
                if (whole is not null)
                {
                    (next.Pages, next.PageStamps) = ([], []);
                }
            });
        }
        catch
        {
            _dirty.UnionWith(keys);
            throw;
        }

        if (whole is not null)
        {
            DeltaBytes = 0;
            sizes.Clear();
        }

        DeltaBytes += batches.Sum(b => (long)b.Bytes);
        journal.Fold(first);
        await journal.TrimAsync();
        return whole is not null;
    }

    /// <summary>
    /// Writes all items into pages, and a manifest that names nothing else: after storage was found to have lost something, what is in memory is what counts.
    /// </summary>
    public async Task RewriteAsync(IPartitionItems items)
    {
        var since = manifest.Losses;
        var keys = _dirty;
        _dirty = new(StringComparer.Ordinal);
        var first = journal.Next;
        var journaled = writer.Journaled;
        journal.LetThrough(writer.LastQueued);

        // At once, and not page by page as a checkpoint does: the journal cannot be folded before this is done.
        var pages = ItemsWriter.Capture(items, items.Keys).GroupBy(i => PageHash.PageOf(i.Key, sizes.Count)).Select(p => (Page: p.Key, Batch: ItemBatch.Split(p, int.MaxValue)[0])).OrderBy(p => p.Page).ToList();
        try
        {
            await journaled;
            var stamps = new List<long>();
            foreach (var (page, batch) in pages)
            {
                stamps.Add(await writer.WriteAsync(ItemsSlot.PageKind, ItemsSlot.Page(page), batch));
            }

            await manifest.WriteAsync(
                next =>
                {
                    (next.First, next.Reached) = (first, 0);
                    next.Generation++;
                    (next.Deltas, next.Skipped, next.OldDeltas, next.OldSkipped) = (0, [], 0, []);
                    (next.Pages, next.PageStamps) = ([.. pages.Select(p => p.Page)], [.. stamps]);
                },
                since);
        }
        catch
        {
            _dirty.UnionWith(keys);
            throw;
        }

        DeltaBytes = 0;
        sizes.Clear();
        foreach (var (page, batch) in pages)
        {
            sizes.Set(page, batch.Bytes);
        }

        journal.Fold(first);
        await journal.TrimAsync();
    }

    /// <summary>All items, if they are few enough to be written each time.</summary>
    private List<LogChange>? CaptureWhole(IPartitionItems items)
    {
        // Old deltas have the names that the new ones would get. What is stored is no less than there is, but may be more, most of it out of date.
        if (manifest.Current.OldDeltas > 0 || sizes.Total + DeltaBytes + journal.Bytes > LookBelow * options.WholeBytes)
        {
            return null;
        }

        var all = ItemsWriter.Capture(items, items.Keys).ToList();
        return all.Sum(static item => (long)item.Bytes) <= options.WholeBytes ? all : null;
    }
}
