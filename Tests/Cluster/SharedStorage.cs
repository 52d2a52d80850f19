using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>How a storage fails.</summary>
internal enum StorageFailure
{
    None,
    Refuses,
    StoresAndDoesNotAnswer,
}

/// <summary>Grain storage outside the silos, as a database is: it survives the silos that write to it.</summary>
internal sealed class SharedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, string Tag)> _rows = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>Notes each change.</summary>
    public Happenings Changes { get; } = new();

    /// <summary>The names of the records that it holds.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    /// <summary>How often it has failed.</summary>
    public int Failures => _failures.Values.Sum();

    /// <summary>How often it has failed for records with a word in their names.</summary>
    public int FailuresOf(string word) => _failures.Where(f => f.Key.Contains(word, StringComparison.Ordinal)).Sum(static f => f.Value);

    /// <summary>Called, once, before something is written.</summary>
    public Func<Task>? BeforeNextWrite { get; set; }

    /// <summary>What it suffers.</summary>
    public StorageFailure Failure { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Failure != StorageFailure.None)
        {
            throw Fail(stateName, grainId);
        }

        var exists = _rows.TryGetValue(Key(stateName, grainId), out var row);
        (grainState.RecordExists, grainState.ETag) = (exists, row.Tag);
        grainState.State = exists ? JsonSerializer.Deserialize<T>(row.Json)! : Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (BeforeNextWrite is { } before)
        {
            BeforeNextWrite = null;
            await before();
        }

        if (Failure == StorageFailure.Refuses)
        {
            throw Fail(stateName, grainId);
        }

        var next = (JsonSerializer.Serialize(grainState.State), Guid.NewGuid().ToString());
        var stored = _rows.AddOrUpdate(
            Key(stateName, grainId),
            _ => grainState.ETag is null ? next : throw Conflict(grainState.ETag),
            (_, old) => old.Tag == grainState.ETag ? next : throw Conflict(grainState.ETag));
        Changes.Note();
        if (Failure == StorageFailure.StoresAndDoesNotAnswer)
        {
            throw Fail(stateName, grainId);
        }

        (grainState.RecordExists, grainState.ETag) = (true, stored.Tag);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove(Key(stateName, grainId), out _);
        Changes.Note();
        (grainState.RecordExists, grainState.ETag) = (false, null);
        return Task.CompletedTask;
    }

    /// <summary>Loses records, by their names.</summary>
    public void Lose(Func<string, bool> isLost)
    {
        var lost = Keys.Where(isLost).ToList();
        Assert.NotEmpty(lost);
        lost.ForEach(k => _rows.TryRemove(k, out _));
    }

    private TimeoutException Fail(string stateName, GrainId grainId)
    {
        _failures.AddOrUpdate(Key(stateName, grainId), 1, static (_, n) => n + 1);
        Changes.Note();
        return new TimeoutException("Storage does not answer.");
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    private static InconsistentStateException Conflict(string? tag) => new("The record has another tag.", "?", tag ?? "");
}
