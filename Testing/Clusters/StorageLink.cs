using Orleans.Storage;

namespace OrleansTasks.Testing.Clusters;

/// <summary>
/// Connects one silo to the storage. A silo that is killed in this process continues for a moment, unlike a killed process. After the link
/// is cut, none of its requests is carried out.
/// </summary>
/// <param name="storage">The storage.</param>
/// <param name="serializer">Writes records as the silo's storage would.</param>
internal sealed class StorageLink(TestTaskStorage storage, IGrainStorageSerializer serializer) : IGrainStorage
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private volatile bool _isCut;

    /// <summary>Rejects all further requests.</summary>
    public void Cut() => _isCut = true;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _isCut ? Never : Run(() =>
    {
        var record = storage.Read(Key(stateName, grainId));
        (grainState.RecordExists, grainState.ETag) = (record is not null, record?.Tag);
        grainState.State = record is { } found ? serializer.Deserialize<T>(found.Data) : Activator.CreateInstance<T>();
    });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _isCut ? Never : Run(() =>
    {
        var tag = storage.Write(Key(stateName, grainId), serializer.Serialize(grainState.State), grainState.ETag);
        (grainState.RecordExists, grainState.ETag) = (true, tag);
    });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => _isCut ? Never : Run(() =>
    {
        storage.Clear(Key(stateName, grainId));
        (grainState.RecordExists, grainState.ETag) = (false, null);
    });

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    /// <summary>Returns exceptions with the task, as a database does.</summary>
    private static Task Run(Action action)
    {
        try
        {
            action();
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }
}
