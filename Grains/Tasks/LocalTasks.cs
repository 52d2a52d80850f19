using System.Collections.Concurrent;

namespace OrleansTasks;

/// <summary>The task grains that are active on this silo, so that a stopping silo can hand them over while everything still answers.</summary>
internal sealed class LocalTasks
{
    private readonly ConcurrentDictionary<TaskGrain, bool> _grains = new();

    public void Add(TaskGrain grain) => _grains[grain] = true;

    public void Remove(TaskGrain grain) => _grains.TryRemove(grain, out _);

    public Task HandOverAsync() => Task.WhenAll(_grains.Keys.Select(g => g.HandOverAsync()));
}
