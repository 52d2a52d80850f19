namespace OrleansTasks.Storage;

/// <summary>Writes the current items into pages and deltas.</summary>
internal sealed class ItemsWriter(RecordStore store, CommitQueue queue, Dictionary<string, string?> etags, Ownership ownership)
{
    private long _stamp = ItemsRecord.FirstStamp(ownership.Epoch);
    private (string Kind, string Slot, Guid Id)? _last;

    /// <summary>Whether there is such a record, of this owner or one before.</summary>
    public bool Exists(string slot) => etags.ContainsKey(slot);

    /// <summary>
    /// What to wait for before anything may be done with items captured now. They may be ahead of what is stored, or may never be
    /// stored: a page or delta that had such a value, or lacked what it deletes, would show a later owner what was never committed.
    /// </summary>
    public Task Journaled => queue.Admitted;

    /// <summary>The number of the last commit that <see cref="Journaled"/> waits for.</summary>
    public long LastQueued => queue.Last;

    /// <summary>The current items of some keys.</summary>
    public static IEnumerable<LogChange> Capture(IPartitionItems items, IEnumerable<string> keys)
        => keys.Select(key => new LogChange(key, items.GetJson(key)));

    /// <summary>Writes a batch, all of which is in the journal.</summary>
    /// <param name="kind">Page or delta.</param>
    /// <param name="slot">Its name.</param>
    /// <param name="batch">The items.</param>
    /// <param name="generation">The generation of a delta.</param>
    /// <returns>The record's stamp.</returns>
    public async Task<long> WriteAsync(string kind, string slot, ItemBatch batch, long generation = 0)
    {
        var record = new ItemsRecord
        {
            Id = Guid.NewGuid(),
            Epoch = ownership.Epoch,
            Owner = ownership.Owner,
            Stamp = ++_stamp,
            Generation = generation,
            Keys = batch.Keys,
            Values = batch.Values,
        };
        etags[slot] = await store.WriteAsync(kind, slot, record, etags.GetValueOrDefault(slot));
        _last = (kind, slot, record.Id);
        return record.Stamp;
    }

    /// <summary>Looks whether storage has what was written last; once for each record.</summary>
    public async Task<bool> IsLastStoredAsync()
    {
        if (_last is not { } last)
        {
            return true;
        }

        var found = await store.ReadAsync<ItemsRecord>(last.Kind, last.Slot);
        if (_last != last)
        {
            return true;
        }

        _last = null;
        return found.Record?.Id == last.Id;
    }
}
