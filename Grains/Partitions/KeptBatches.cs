namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the batches for which a partition is responsible, and for those that have ended the instant at which they are forgotten. Knows no
/// clock and no storage.
/// </summary>
/// <param name="note">Records a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KeptBatches(Action<string, string?> note)
{
    private readonly Dictionary<Guid, BatchEntry> _batches = [];

    /// <summary>Gets the number of batches.</summary>
    public int Count => _batches.Count;

    /// <summary>Gets the names of the stored items.</summary>
    public IEnumerable<string> Names => _batches.Keys.Select(ItemNames.OfBatch);

    /// <summary>Gets a copy of the ids of all batches.</summary>
    public IReadOnlyList<Guid> All => [.. _batches.Keys];

    /// <summary>Loads a stored item. The argument is the rest of its name.</summary>
    public void Load(string rest, string json) => _batches[ItemNames.IdOf(rest)] = ItemNames.Read<BatchEntry>(json);

    /// <summary>Returns the JSON of an item; null if it does not exist.</summary>
    public string? GetJson(string rest) => _batches.TryGetValue(ItemNames.IdOf(rest), out var entry) ? ItemNames.Write(entry) : null;

    /// <summary>Returns whether a batch is known, and when it is forgotten; null if it has not ended.</summary>
    public bool TryGet(Guid batch, out DateTimeOffset? expires)
    {
        expires = Find(batch)?.Expires;
        return _batches.ContainsKey(batch);
    }

    /// <summary>Returns the entry of a batch; null if the batch is not known.</summary>
    public BatchEntry? Find(Guid batch) => _batches.GetValueOrDefault(batch);

    /// <summary>Keeps a batch until an instant, or until it has ended. Whether its record is known to be stored does not change.</summary>
    public void Set(Guid batch, DateTimeOffset? expires) => Keep(batch, new BatchEntry(expires, Find(batch) is { Made: true }));

    /// <summary>Sets the entry of a batch.</summary>
    public void Keep(Guid batch, BatchEntry entry)
    {
        if (Find(batch) != entry)
        {
            _batches[batch] = entry;
            note(ItemNames.OfBatch(batch), ItemNames.Write(entry));
        }
    }

    public void Remove(Guid batch)
    {
        if (_batches.Remove(batch))
        {
            note(ItemNames.OfBatch(batch), null);
        }
    }

    /// <summary>Shortens retentions that are longer than intended, because the clock was wrong when they were stored.</summary>
    public void Heal(DateTimeOffset now, TimeSpan tolerance, TimeSpan kept)
    {
        foreach (var (batch, (expires, _)) in _batches.ToList())
        {
            if (StoredInstants.Heal(expires, kept, now, tolerance) is var healed && healed != expires)
            {
                Set(batch, healed);
            }
        }
    }
}
