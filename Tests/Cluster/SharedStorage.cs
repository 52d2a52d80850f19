using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Specifies how storage fails.</summary>
internal enum StorageFailure
{
    None,
    Refuses,
    StoresAndDoesNotAnswer,
}

/// <summary>Represents grain storage outside the silos, like a database. It survives the silos that write to it.</summary>
internal sealed class SharedStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, string Tag)> _rows = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();

    /// <summary>Gets the events, one for each change.</summary>
    public Happenings Changes { get; } = new();

    /// <summary>Gets the names of the stored records.</summary>
    public IEnumerable<string> Keys => _rows.Keys;

    /// <summary>Gets the number of failed calls.</summary>
    public int Failures => _failures.Values.Sum();

    /// <summary>Returns the number of failed calls for records whose names contain a word.</summary>
    public int FailuresOf(string word) => _failures.Where(f => f.Key.Contains(word, StringComparison.Ordinal)).Sum(static f => f.Value);

    /// <summary>Gets or sets a function that is called once, before the next write.</summary>
    public Func<Task>? BeforeNextWrite { get; set; }

    /// <summary>Gets or sets how storage fails.</summary>
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

    /// <summary>Loses the records that a condition on their names selects.</summary>
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
