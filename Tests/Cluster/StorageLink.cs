using Orleans.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Connects one silo to storage outside the silos. Unlike a killed process, a silo that is killed in this process continues for a moment.
/// Once the link is cut, none of its calls has any effect.
/// </summary>
internal sealed class StorageLink(IGrainStorage storage) : IGrainStorage
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private volatile bool _isCut;

    /// <summary>Cuts the link.</summary>
    public void Cut() => _isCut = true;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.ClearStateAsync(stateName, grainId, grainState);
}
