using Orleans.Storage;
using OrleansTasks.Watching;

namespace OrleansTasks.Storage;

/// <summary>Wraps the host's storage of tasks, and counts and measures its writes while somebody listens.</summary>
/// <param name="storage">The storage.</param>
/// <param name="metrics">Counts the writes.</param>
/// <param name="time">Measures the writes.</param>
internal sealed class WatchedStorage(IGrainStorage storage, SiloMetrics metrics, TimeProvider time) : IGrainStorage
{
    /// <summary>The key under which the engine resolves this storage. The host's own storage stays unchanged.</summary>
    public const string Key = "OrleansTasks.watched";
    private readonly string _name = storage.GetType().Name;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        metrics.WatchesWrites ? MeasureAsync(stateName, grainId, grainState) : storage.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);

    private async Task MeasureAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var begun = time.GetTimestamp();
        var status = "failed";
        try
        {
            await storage.WriteStateAsync(stateName, grainId, grainState);
            status = "written";
        }
        catch (InconsistentStateException)
        {
            status = "conflict";
            throw;
        }
        finally
        {
            metrics.NoteWrite(_name, stateName, time.GetElapsedTime(begun), status);
        }
    }
}
