using Orleans.Storage;

namespace OrleansTasks.Tests.Cluster;

/// <summary>One silo's way to a storage outside the silos. A silo that is killed in this process goes on for a moment, as no killed process does: once this is cut, nothing that it still asks for is done.</summary>
internal sealed class StorageLink(IGrainStorage storage) : IGrainStorage
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private volatile bool _isCut;

    /// <summary>Lets nothing through any more.</summary>
    public void Cut() => _isCut = true;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        _isCut ? Never : storage.ClearStateAsync(stateName, grainId, grainState);
}
