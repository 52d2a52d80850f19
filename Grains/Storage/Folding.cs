namespace OrleansTasks.Storage;

/// <summary>
/// Folds the journal: it writes the items that the journal changed into one delta, and frees the journal's slots. While all items together
/// are small enough, it writes all of them into one delta, which replaces all earlier pages and deltas. A new owner then has to read one
/// record besides the journal.
/// </summary>
internal sealed class Folding(Journal journal, ManifestWriter manifest, ItemsWriter writer, PageSizes sizes, PartitionLogOptions options)
{
    private const int LookBelow = 8;
    private readonly DeltaNames _names = new();
    private HashSet<string> _dirty = new(StringComparer.Ordinal);

    /// <summary>Gets or sets the bytes in the deltas of this generation.</summary>
    public long DeltaBytes { get; set; }

    public bool IsDue => journal.Count >= options.FoldAfterSegments || journal.Bytes >= options.FoldAfterBytes;

    public void Changed(string key) => _dirty.Add(key);

    /// <param name="items">The current items.</param>
    /// <param name="mayReplace">Whether pages and deltas may be replaced. They may not while pages are being rewritten.</param>
    /// <returns>Whether all items are now in one record.</returns>
    public async Task<bool> FoldAsync(IPartitionItems items, bool mayReplace)
    {
        // From here to the first await is one turn, so the captured items contain all that the segments before 'first' hold, or newer
        // values.
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
    /// Writes all items into pages, and a manifest that names only these pages. This follows a loss in storage, after which the items in
    /// memory are the valid ones.
    /// </summary>
    public async Task RewriteAsync(IPartitionItems items)
    {
        var since = manifest.Losses;
        var keys = _dirty;
        _dirty = new(StringComparer.Ordinal);
        var first = journal.Next;
        var journaled = writer.Journaled;
        journal.LetThrough(writer.LastQueued);

        // Captures all pages at once, and not page by page like a checkpoint, because the journal cannot be folded before this is done.
        var pages = ItemsWriter.Capture(items, items.Keys).GroupBy(i => PageHash.PageOf(i.Key, sizes.Count))
            .Select(p => (Page: p.Key, Batch: ItemBatch.Split(p, int.MaxValue)[0])).OrderBy(p => p.Page).ToList();
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

    /// <summary>Returns all items if they are small enough to be written each time, and otherwise null.</summary>
    private List<LogChange>? CaptureWhole(IPartitionItems items)
    {
        // The new deltas would get the names of old deltas that are still valid. The stored bytes are never fewer than those of the items,
        // but may be more, because most of them may be out of date. Therefore the limit for looking is higher than the limit for writing.
        if (manifest.Current.OldDeltas > 0 || sizes.Total + DeltaBytes + journal.Bytes > LookBelow * options.WholeBytes)
        {
            return null;
        }

        var all = ItemsWriter.Capture(items, items.Keys).ToList();
        return all.Sum(static item => (long)item.Bytes) <= options.WholeBytes ? all : null;
    }
}
