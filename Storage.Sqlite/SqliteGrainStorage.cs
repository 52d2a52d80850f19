using Orleans.Storage;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Stores grain state in the silo's SQLite file.</summary>
internal sealed class SqliteGrainStorage(string name, SqliteStore store, IGrainStorageSerializer serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = await ForOthersAsync(() => store.ReadAsync(name, TypeOf(stateName, grainId), grainId.Key.ToString()!));
        grainState.ETag = record?.ETag;
        grainState.RecordExists = record is not null;
        grainState.State = record is { } found ? serializer.Deserialize<T>(new BinaryData(found.Payload)) : Activator.CreateInstance<T>();
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State);
        var write = new SqliteWrite(name, TypeOf(stateName, grainId), grainId.Key.ToString()!, grainState.ETag, payload.ToArray());
        await ApplyAsync(write, grainState.ETag);
        grainState.ETag = write.NewETag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.ETag is not null)
        {
            await ApplyAsync(new SqliteWrite(name, TypeOf(stateName, grainId), grainId.Key.ToString()!, grainState.ETag, null),
                grainState.ETag);
        }

        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
    }

    private static string TypeOf(string stateName, GrainId grainId) => $"{grainId.Type}/{stateName}";

    private static async Task<T> ForOthersAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (SqliteStorageException e)
        {
            throw SqliteErrors.ForOthers(e);
        }
    }

    private async Task ApplyAsync(SqliteWrite write, string? etag)
    {
        if (!await ForOthersAsync(() => store.WriteAsync(write)))
        {
            throw new InconsistentStateException($"The record {write.Type}/{write.Key} of '{name}' was changed by another owner.", "",
                etag ?? "");
        }
    }
}
