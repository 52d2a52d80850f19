using Orleans.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Stores grain state in memory with versions, as databases do. It refuses a write that does not know the last version, and fails writes as
/// the test says.
/// </summary>
internal sealed class FaultyStorage : IGrainStorage
{
    private readonly Dictionary<GrainId, (object? State, int Version)> _rows = [];

    /// <summary>Sets how the next write fails. Null if it succeeds.</summary>
    public Fault? Next { get; set; }

    /// <summary>Sets whether reads fail.</summary>
    public bool IsShut { get; set; }

    /// <summary>Sets what each write waits for.</summary>
    public Func<Task> Before { get; set; } = static () => Task.CompletedTask;

    public int Writes { get; private set; }

    /// <summary>Loses the rows whose names contain the given part.</summary>
    public void Lose(string part) =>
        _rows.Keys.Where(k => k.ToString().Contains(part, StringComparison.Ordinal)).ToList().ForEach(k => _rows.Remove(k));

    /// <summary>Remembers the current content. The returned action makes storage go back to it.</summary>
    public Action Remember()
    {
        var kept = _rows.ToDictionary();
        return () =>
        {
            _rows.Clear();
            foreach (var (id, row) in kept)
            {
                _rows[id] = row;
            }
        };
    }

    /// <summary>Gets the stored states.</summary>
    public IEnumerable<object?> Rows => _rows.Values.Select(static r => r.State);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (IsShut)
        {
            throw new IOException("Storage refuses.");
        }

        grainState.RecordExists = _rows.TryGetValue(grainId, out var row);
        grainState.State = grainState.RecordExists ? (T)row.State! : Activator.CreateInstance<T>();
        grainState.ETag = grainState.RecordExists ? $"{row.Version}" : null;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = grainState.State;
        return ChangeAsync(grainId, grainState, version =>
        {
            _rows[grainId] = (state, version);
            return true;
        });
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => ChangeAsync(grainId, grainState, _ =>
    {
        _rows.Remove(grainId);
        return false;
    });

    private async Task ChangeAsync<T>(GrainId id, IGrainState<T> state, Func<int, bool> change)
    {
        await Before();
        var fault = Next;
        Next = null;
        Writes++;
        if (fault == Fault.Refused)
        {
            throw new IOException("Storage refuses.");
        }

        var version = _rows.TryGetValue(id, out var row) ? row.Version : 0;
        if (state.ETag != (version == 0 ? null : $"{version}"))
        {
            throw new InconsistentStateException("There is another version.");
        }

        var exists = change(version + 1);
        if (fault == Fault.AnswerLost)
        {
            throw new IOException("The answer of storage is lost.");
        }

        (state.RecordExists, state.ETag) = (exists, exists ? $"{version + 1}" : null);
    }

    internal enum Fault
    {
        /// <summary>The write is not stored, and the caller learns that.</summary>
        Refused,

        /// <summary>The write is stored, but the answer is an error.</summary>
        AnswerLost,
    }
}
