namespace OrleansTasks;

/// <summary>Writes the current items into pages and deltas.</summary>
internal sealed class ItemsWriter(RecordStore store, CommitQueue queue, Dictionary<string, string?> etags, long epoch)
{
    /// <summary>Whether there is such a record, of this owner or one before.</summary>
    public bool Exists(string slot) => etags.ContainsKey(slot);

    /// <summary>
    /// Batches of the current items of some keys. The items may be ahead of what is stored, and may never be stored: whoever
    /// writes the batches must first wait for <see cref="CommitQueue.Tail"/> as it is now.
    /// </summary>
    public static IEnumerable<LogChange> Capture(IPartitionItems items, IEnumerable<string> keys)
        => keys.Select(key => new LogChange(key, items.GetJson(key)));

    /// <summary>Writes a captured batch once everything in it is in the journal.</summary>
    public async Task WriteAsync(string kind, string slot, ItemBatch batch, Task journaled)
    {
        await journaled;
        var record = new ItemsRecord { Id = Guid.NewGuid(), Epoch = epoch, Keys = batch.Keys, Values = batch.Values };
        etags[slot] = await store.WriteAsync(kind, slot, record, etags.GetValueOrDefault(slot));
    }

    /// <summary>What to wait for before what is captured now may be written.</summary>
    public Task Journaled => queue.Tail;
}
