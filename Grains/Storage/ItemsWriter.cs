namespace OrleansTasks.Storage;

/// <summary>Writes the current items into pages and deltas.</summary>
internal sealed class ItemsWriter(RecordStore store, CommitQueue queue, Dictionary<string, string?> etags, Ownership ownership)
{
    private long _stamp = ItemsRecord.FirstStamp(ownership.Epoch);
    private (string Kind, string Slot, Guid Id)? _last;

    /// <summary>Returns whether this owner or an earlier one has written the record.</summary>
    public bool Exists(string slot) => etags.ContainsKey(slot);

    /// <summary>
    /// Gets the task to wait for before items that are captured now are written. They may be ahead of storage, or may never be stored. A
    /// page or delta with such a value, or without an item whose deletion is not stored, would show a later owner changes that were never
    /// committed.
    /// </summary>
    public Task Journaled => queue.Admitted;

    /// <summary>Gets the number of the last commit that <see cref="Journaled"/> waits for.</summary>
    public long LastQueued => queue.Last;

    /// <summary>Returns the current items of some keys.</summary>
    public static IEnumerable<LogChange> Capture(IPartitionItems items, IEnumerable<string> keys)
        => keys.Select(key => new LogChange(key, items.GetJson(key)));

    /// <summary>Writes a batch that the journal contains completely.</summary>
    /// <param name="kind">The kind of record: a page or a delta.</param>
    /// <param name="slot">The record's name.</param>
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

    /// <summary>Checks, once for each record, whether storage has the record that was written last.</summary>
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
