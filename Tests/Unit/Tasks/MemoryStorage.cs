using Orleans.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>Grain storage in memory, which answers at once.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly Dictionary<string, object?> _rows = [];

    /// <summary>What is stored.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _rows.TryGetValue(Key(stateName, grainId), out var row);
        grainState.State = grainState.RecordExists ? (T)row! : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows[Key(stateName, grainId)] = grainState.State;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.Remove(Key(stateName, grainId));
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    /// <summary>Loses the rows whose keys have a part.</summary>
    public void Lose(string keyPart) => Keys.Where(k => k.Contains(keyPart, StringComparison.Ordinal)).ToList().ForEach(k => _rows.Remove(k));

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";
}
