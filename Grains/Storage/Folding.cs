namespace OrleansTasks;

/// <summary>
/// Folds the journal: the items that it changed go into one delta, and its slots are free again. While all items are small enough they all
/// go into it, in place of all pages and deltas before: a new owner then has one record to read besides the journal.
/// </summary>
internal sealed class Folding(Journal journal, ManifestWriter manifest, ItemsWriter writer, PageSizes sizes, PartitionLogOptions options)
{
    private const int LookBelow = 8;
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
            var count = whole is null ? manifest.Current.Deltas : 0;
            foreach (var batch in batches)
            {
                await writer.WriteAsync(ItemsSlot.DeltaKind, ItemsSlot.Delta(generation, count++), batch);
            }

            await manifest.WriteAsync(next =>
            {
                (next.First, next.Generation, next.Deltas) = (first, generation, count);
                if (whole is not null)
                {
                    next.Pages = [];
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
