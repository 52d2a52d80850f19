namespace OrleansTasks;

/// <summary>Folds the journal: the items that it changed go into one delta, and its slots are free again.</summary>
internal sealed class Folding(Journal journal, ManifestWriter manifest, ItemsWriter writer, PartitionLogOptions options)
{
    private HashSet<string> _dirty = new(StringComparer.Ordinal);

    /// <summary>The bytes of the deltas of this generation.</summary>
    public long DeltaBytes { get; set; }

    public bool IsDue => journal.Count >= options.FoldAfterSegments || journal.Bytes >= options.FoldAfterBytes;

    public void Changed(string key) => _dirty.Add(key);

    public async Task FoldAsync(IPartitionItems items)
    {
        // One turn, from here to the first await: what the segments before 'first' hold is in the captured items, or older.
        var keys = _dirty;
        _dirty = new(StringComparer.Ordinal);
        var first = journal.Next;
        var journaled = writer.Journaled;
        var batches = ItemBatch.Split(ItemsWriter.Capture(items, keys), options.SegmentBytes);
        journal.SetFolding(true);
        try
        {
            await journaled;
            var count = manifest.Current.Deltas;
            foreach (var batch in batches)
            {
                await writer.WriteAsync(ItemsSlot.DeltaKind, ItemsSlot.Delta(manifest.Current.Generation, count++), batch);
            }

            await manifest.WriteAsync(next =>
            {
                next.First = first;
                next.Deltas = count;
            });
        }
        catch
        {
            _dirty.UnionWith(keys);
            throw;
        }
        finally
        {
            journal.SetFolding(false);
        }

        DeltaBytes += batches.Sum(b => (long)b.Bytes);
        journal.Fold(first);
        await journal.TrimAsync();
    }
}
