namespace OrleansTasks.Partitions;

/// <summary>The batches that a partition looks after; those that have ended with the instant at which they are forgotten. Knows no clock and no storage.</summary>
/// <param name="note">Notes a change for the log: an item's name, and its JSON or null.</param>
internal sealed class KeptBatches(Action<string, string?> note)
{
    private readonly Dictionary<Guid, BatchEntry> _batches = [];

    /// <summary>How many there are.</summary>
    public int Count => _batches.Count;

    /// <summary>The names of the stored items.</summary>
    public IEnumerable<string> Names => _batches.Keys.Select(ItemNames.OfBatch);

    /// <summary>The batches as they are now.</summary>
    public IReadOnlyList<Guid> All => [.. _batches.Keys];

    /// <summary>Takes a stored item; the rest of its name says which.</summary>
    public void Load(string rest, string json) => _batches[ItemNames.IdOf(rest)] = ItemNames.Read<BatchEntry>(json);

    /// <summary>The JSON of an item; null if there is none.</summary>
    public string? GetJson(string rest) => _batches.TryGetValue(ItemNames.IdOf(rest), out var entry) ? ItemNames.Write(entry) : null;

    /// <summary>Whether a batch is looked after, and when it is forgotten; null if it has not ended.</summary>
    public bool TryGet(Guid batch, out DateTimeOffset? expires)
    {
        expires = Find(batch)?.Expires;
        return _batches.ContainsKey(batch);
    }

    /// <summary>What is kept of a batch; null if it is not looked after.</summary>
    public BatchEntry? Find(Guid batch) => _batches.GetValueOrDefault(batch);

    /// <summary>Looks after a batch until an instant, or until it has ended. What is known of its record stays.</summary>
    public void Set(Guid batch, DateTimeOffset? expires) => Keep(batch, new BatchEntry(expires, Find(batch) is { Made: true }));

    /// <summary>Keeps something of a batch.</summary>
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

    /// <summary>Has none be kept for longer than it was to be, whatever the clock said when it was stored.</summary>
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
