using OrleansTasks.Records;

namespace OrleansTasks.Partitions;

/// <summary>Maps the idempotency keys of a partition's tasks to runs. Knows no clock and no storage.</summary>
/// <param name="note">Records a change for the log: an item's name, and its JSON or null.</param>
internal sealed class IdempotencyKeys(Action<string, string?> note)
{
    private readonly Dictionary<string, IdempotencyEntry> _keys = new(StringComparer.Ordinal);

    /// <summary>Gets the number of keys.</summary>
    public int Count => _keys.Count;

    /// <summary>Gets the names of the stored items.</summary>
    public IEnumerable<string> Names => _keys.Keys.Select(static k => ItemNames.Idempotency + k);

    /// <summary>Loads a stored item. The argument is the rest of its name.</summary>
    public void Load(string rest, string json) => _keys[rest] = ItemNames.Read<IdempotencyEntry>(json);

    /// <summary>Returns the JSON of an item; null if it does not exist.</summary>
    public string? GetJson(string rest) => _keys.TryGetValue(rest, out var entry) ? ItemNames.Write(entry) : null;

    /// <summary>Returns whether a key exists, expired or not.</summary>
    public bool Has(string task, string key) => _keys.ContainsKey(NameOf(task, key));

    /// <summary>Returns the run of a key; null if there is none, or the key has expired.</summary>
    public IdempotencyEntry? Find(string task, string key, DateTimeOffset now) =>
        _keys.TryGetValue(NameOf(task, key), out var entry) && (entry.Expires is null || entry.Expires > now) ? entry : null;

    /// <summary>Assigns a key to a run.</summary>
    public void Set(string task, string key, IdempotencyEntry entry) => Set(NameOf(task, key), entry);

    /// <summary>Sets when the key of an ended run is freed: after a period, or at once if the period is null.</summary>
    public void End(string task, string key, Guid run, TimeSpan? kept, DateTimeOffset now, long generation)
    {
        if (_keys.TryGetValue(NameOf(task, key), out var entry) && entry.Run != run)
        {
            return;
        }

        if (kept is { } span)
        {
            Set(task, key, (entry ?? new IdempotencyEntry(run)) with { Expires = now + span, Kept = span, Generation = generation });
        }
        else if (entry is not null)
        {
            Remove(NameOf(task, key));
        }
    }

    /// <summary>Removes expired keys, up to a maximum number.</summary>
    public void Sweep(DateTimeOffset now, int most) => RemoveAll(_keys.Where(k => k.Value.Expires <= now).Take(most));

    /// <summary>Removes all keys from before a generation.</summary>
    public void RemoveBefore(long generation) => RemoveAll(_keys.Where(k => k.Value.Generation < generation));

    /// <summary>Removes all keys.</summary>
    public void Clear() => RemoveAll(_keys);

    /// <summary>Shortens retentions that are longer than intended, because the clock was wrong when they were stored.</summary>
    public void Heal(DateTimeOffset now, TimeSpan tolerance)
    {
        foreach (var (name, entry) in _keys.ToList())
        {
            if (StoredInstants.Heal(entry.Expires, entry.Kept, now, tolerance) is var expires && expires != entry.Expires)
            {
                Set(name, entry with { Expires = expires });
            }
        }
    }

    private static string NameOf(string task, string key) => $"{task}\n{key}";

    private void Set(string name, IdempotencyEntry entry)
    {
        _keys[name] = entry;
        note(ItemNames.Idempotency + name, ItemNames.Write(entry));
    }

    private void RemoveAll(IEnumerable<KeyValuePair<string, IdempotencyEntry>> keys)
    {
        foreach (var (name, _) in keys.ToList())
        {
            Remove(name);
        }
    }

    private void Remove(string name)
    {
        _keys.Remove(name);
        note(ItemNames.Idempotency + name, null);
    }
}
