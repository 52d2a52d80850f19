using Orleans.Storage;

namespace OrleansTasks.Testing.Clusters;

/// <summary>One silo's way to the storage. A silo that is killed in this process goes on for a moment, as no killed process does: once this is cut, nothing that it still asks for is done.</summary>
/// <param name="storage">The storage.</param>
/// <param name="serializer">Writes records as the silo's storage would.</param>
internal sealed class StorageLink(TestTaskStorage storage, IGrainStorageSerializer serializer) : IGrainStorage
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private volatile bool _isCut;

    /// <summary>Lets nothing through any more.</summary>
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

    /// <summary>What is thrown comes with the task, as from a database.</summary>
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
