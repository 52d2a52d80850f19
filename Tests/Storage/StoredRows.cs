namespace OrleansTasks.Tests.Storage;

/// <summary>
/// Stores rows for all users, checks ETags strictly, and shares no objects with its users. It can go back, like a server that lost its last
/// writes.
/// </summary>
internal sealed class StoredRows
{
    private readonly Dictionary<string, (byte[] Data, int Version)> _rows = [];
    private readonly List<(string Key, (byte[] Data, int Version)? Before)> _writes = [];
    private readonly Lock _lock = new();

    public long BytesWritten { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>Gets the number of writes that were not undone.</summary>
    public int Writes
    {
        get
        {
            lock (_lock)
            {
                return _writes.Count;
            }
        }
    }

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public (byte[] Data, string ETag)? Read(string key)
    {
        lock (_lock)
        {
            return _rows.TryGetValue(key, out var row) ? (row.Data, $"{row.Version}") : null;
        }
    }

    /// <summary>Writes a row, and returns its new ETag; null on a conflict.</summary>
    public string? Write(string key, byte[] data, string? etag)
    {
        lock (_lock)
        {
            var found = _rows.TryGetValue(key, out var row);
            if ((found ? $"{row.Version}" : null) != etag)
            {
                return null;
            }

            BytesWritten += data.Length;
            _writes.Add((key, found ? row : null));
            _rows[key] = (data, row.Version + 1);
            return $"{row.Version + 1}";
        }
    }

    /// <summary>Undoes all but the first writes.</summary>
    public void GoBackTo(int writes)
    {
        lock (_lock)
        {
            for (var i = _writes.Count - 1; i >= writes; i--)
            {
                if (_writes[i].Before is { } before)
                {
                    _rows[_writes[i].Key] = before;
                }
                else
                {
                    _rows.Remove(_writes[i].Key);
                }

                _writes.RemoveAt(i);
            }
        }
    }

    /// <summary>Removes one row.</summary>
    public void RemoveOne(string key)
    {
        lock (_lock)
        {
            _rows.Remove(key);
        }
    }

    public void Remove(string keyPart)
    {
        lock (_lock)
        {
            foreach (var key in _rows.Keys.Where(k => k.Contains(keyPart, StringComparison.Ordinal)).ToList())
            {
                _rows.Remove(key);
            }
        }
    }
}
