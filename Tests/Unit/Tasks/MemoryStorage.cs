using Orleans.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>Stores grain state in memory and answers at once, unless writes are delayed.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly Dictionary<string, (object? State, string Tag)> _rows = [];
    private readonly List<Action> _late = [];
    private int _tags;

    /// <summary>Gets the keys of the stored records.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    /// <summary>
    /// Gets or sets a part of the keys whose records are written late, by <see cref="Land"/>, without an error. Null for none.
    /// </summary>
    public string? WritesLate { get; set; }

    /// <summary>Gets or sets a part of the keys whose records are not written. Null for none.</summary>
    public string? Refuses { get; set; }

    /// <summary>Gets or sets how many of these records are still written.</summary>
    public int RefusesAfter { get; set; }

    /// <summary>Gets or sets a part of the keys whose records can never be read. Null for none.</summary>
    public string? Spoils { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Spoils is { } spoilt && _rows.ContainsKey(Key(stateName, grainId))
            && Key(stateName, grainId).Contains(spoilt, StringComparison.Ordinal))
        {
            return Task.FromException(new InvalidDataException("The record is not what it was."));
        }

        grainState.RecordExists = _rows.TryGetValue(Key(stateName, grainId), out var row);
        grainState.State = grainState.RecordExists ? (T)row.State! : Activator.CreateInstance<T>();
        grainState.ETag = row.Tag;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = Key(stateName, grainId);
        if (Refuses is { } refused && key.Contains(refused, StringComparison.Ordinal) && RefusesAfter-- <= 0)
        {
            return Task.FromException(new IOException("Storage refuses."));
        }

        if (WritesLate is { } late && key.Contains(late, StringComparison.Ordinal))
        {
            var (state, tag) = (grainState.State, grainState.ETag);
            _late.Add(() => Write(key, state, tag));
            return new TaskCompletionSource().Task;
        }

        if (Write(key, grainState.State, grainState.ETag) is not { } next)
        {
            return Task.FromException(new InconsistentStateException($"{key} is not what it was."));
        }

        (grainState.ETag, grainState.RecordExists) = (next, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.Remove(Key(stateName, grainId));
        (grainState.ETag, grainState.RecordExists) = (null!, false);
        return Task.CompletedTask;
    }

    /// <summary>Performs the delayed writes whose records have not changed since.</summary>
    public void Land()
    {
        _late.ForEach(static write => write());
        _late.Clear();
    }

    /// <summary>Loses the rows whose keys contain the given part.</summary>
    public void Lose(string keyPart) =>
        Keys.Where(k => k.Contains(keyPart, StringComparison.Ordinal)).ToList().ForEach(k => _rows.Remove(k));

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    /// <returns>The new ETag. Null if <paramref name="tag"/> is not the current one.</returns>
    private string? Write(string key, object? state, string? tag)
    {
        if ((_rows.TryGetValue(key, out var row) ? row.Tag : null) != tag)
        {
            return null;
        }

        var next = $"{++_tags}";
        _rows[key] = (state, next);
        return next;
    }
}
