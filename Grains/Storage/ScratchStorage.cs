using System.Globalization;
using Orleans.Storage;

namespace OrleansTasks.Storage;

/// <summary>
/// Keeps records in memory, in the form in which other storage keeps them, for its creator only. Every call completes synchronously.
/// </summary>
internal sealed class ScratchStorage(IGrainStorageSerializer serializer) : IGrainStorage
{
    private readonly Dictionary<(string, GrainId), (BinaryData Data, int Version)> _records = [];

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_records.TryGetValue((stateName, grainId), out var record))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = (serializer.Deserialize<T>(record.Data), Tag(record.Version),
                true);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var version = _records.TryGetValue((stateName, grainId), out var record) ? record.Version : 0;
        if (grainState.ETag != (version == 0 ? null : Tag(version)))
        {
            throw new InconsistentStateException($"The record has the tag '{version}'.", Tag(version), grainState.ETag);
        }

        _records[(stateName, grainId)] = (serializer.Serialize(grainState.State), version + 1);
        (grainState.ETag, grainState.RecordExists) = (Tag(version + 1), true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _records.Remove((stateName, grainId));
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }

    private static string Tag(int version) => version.ToString(CultureInfo.InvariantCulture);
}
