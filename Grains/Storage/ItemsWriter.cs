namespace OrleansTasks;

/// <summary>Writes the current items into pages and deltas.</summary>
internal sealed class ItemsWriter(RecordStore store, CommitQueue queue, Dictionary<string, string?> etags, long epoch)
{
    /// <summary>Whether there is such a record, of this owner or one before.</summary>
    public bool Exists(string slot) => etags.ContainsKey(slot);

    /// <summary>
    /// What to wait for before anything may be done with items captured now. They may be ahead of what is stored, or may never be
    /// stored: a page or delta that had such a value, or lacked what it deletes, would show a later owner what was never committed.
    /// </summary>
    public Task Journaled => queue.Tail;

    /// <summary>The number of the last commit that <see cref="Journaled"/> waits for.</summary>
    public long LastQueued => queue.Last;

    /// <summary>The current items of some keys.</summary>
    public static IEnumerable<LogChange> Capture(IPartitionItems items, IEnumerable<string> keys)
        => keys.Select(key => new LogChange(key, items.GetJson(key)));

    /// <summary>Writes a batch, all of which is in the journal.</summary>
    public async Task WriteAsync(string kind, string slot, ItemBatch batch)
    {
        var record = new ItemsRecord { Id = Guid.NewGuid(), Epoch = epoch, Keys = batch.Keys, Values = batch.Values };
        etags[slot] = await store.WriteAsync(kind, slot, record, etags.GetValueOrDefault(slot));
    }
}
