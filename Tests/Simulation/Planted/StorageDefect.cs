using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Simulation;

/// <summary>Wraps storage with a defect in how segments of the journal are written.</summary>
internal abstract class StorageDefect(IGrainStorage storage) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ReadStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        storage.ClearStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Task Write(IGrainState<T> state) => storage.WriteStateAsync(stateName, grainId, state);
        return grainState is IGrainState<SegmentRecord> segment
            ? WriteSegmentAsync(segment,
                () => Write(new GrainState<T>(grainState.State, grainState.ETag) { RecordExists = grainState.RecordExists }),
                () => Write(grainState))
            : Write(grainState);
    }

    /// <summary>Writes a segment.</summary>
    /// <param name="segment">The segment's state.</param>
    /// <param name="writeUnheard">Writes the present content, but reports nothing to the writer.</param>
    /// <param name="write">Writes the segment correctly.</param>
    protected abstract Task WriteSegmentAsync(IGrainState<SegmentRecord> segment, Func<Task> writeUnheard, Func<Task> write);
}
