using Orleans.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>Grain storage in memory, which answers at once, unless it is to be late.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly Dictionary<string, (object? State, string Tag)> _rows = [];
    private readonly List<Action> _late = [];
    private int _tags;

    /// <summary>What is stored.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    /// <summary>What the keys have in common whose records are written late: at <see cref="Land"/>, and nobody is told; null: none.</summary>
    public string? WritesLate { get; set; }

    /// <summary>What the keys have in common whose records are not written; null: none.</summary>
    public string? Refuses { get; set; }

    /// <summary>What the keys have in common whose records cannot be read, now or ever; null: none.</summary>
    public string? Spoils { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Spoils is { } spoilt && _rows.ContainsKey(Key(stateName, grainId)) && Key(stateName, grainId).Contains(spoilt, StringComparison.Ordinal))
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
        if (Refuses is { } refused && key.Contains(refused, StringComparison.Ordinal))
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

    /// <summary>Writes what is late, where nothing else was written meanwhile.</summary>
    public void Land()
    {
        _late.ForEach(static write => write());
        _late.Clear();
    }

    /// <summary>Loses the rows whose keys have a part.</summary>
    public void Lose(string keyPart) => Keys.Where(k => k.Contains(keyPart, StringComparison.Ordinal)).ToList().ForEach(k => _rows.Remove(k));

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    /// <returns>Its tag; null if the record is not what the tag is of.</returns>
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
