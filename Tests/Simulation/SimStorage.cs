using Orleans.Storage;

namespace OrleansTasks.Simulation;

/// <summary>
/// Simulates the cluster's database. Calls may be slow or fail. A write may be stored while its answer is lost, or stored after its caller
/// stopped waiting. Stored data is never lost.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="rows">The stored rows, by name.</param>
/// <param name="copier">Writes and reads records.</param>
/// <param name="silo">The silo that uses the storage.</param>
internal sealed class SimStorage(World world, Dictionary<(string Name, GrainId Grain), (byte[] Row, long Tag)> rows, RecordCopier copier,
    SimSilo silo) : IGrainStorage
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(12);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var done = new TaskCompletionSource();
        Travel(() =>
        {
            var exists = rows.TryGetValue((stateName, grainId), out var row);
            var state = exists ? copier.Read<T>(row.Row) : Activator.CreateInstance<T>();
            return () =>
            {
                (grainState.RecordExists, grainState.ETag, grainState.State) = (exists, exists ? Text(row.Tag) : null, state);
                done.SetResult();
            };
        }, done);
        return done.Task;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var done = new TaskCompletionSource();
        var (state, tag) = (copier.Write(grainState.State), grainState.ETag);
        Travel(() =>
        {
            var key = (stateName, grainId);
            var known = rows.TryGetValue(key, out var row) ? Text(row.Tag) : null;
            if (known != tag)
            {
                return () => done.SetException(new InconsistentStateException($"{key} has tag {known}, and {tag} was expected."));
            }

            var next = row.Tag + 1;
            rows[key] = (state, next);
            return () =>
            {
                (grainState.RecordExists, grainState.ETag) = (true, Text(next));
                done.SetResult();
            };
        }, done, isWrite: true);
        return done.Task;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var done = new TaskCompletionSource();
        Travel(() =>
        {
            rows.Remove((stateName, grainId));
            return () =>
            {
                (grainState.RecordExists, grainState.ETag) = (false, null);
                done.SetResult();
            };
        }, done);
        return done.Task;
    }

    private static string Text(long tag) => tag.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Simulates a round trip: the request executes in the database, and then the answer on the silo.</summary>
    private void Travel(Func<Action> there, TaskCompletionSource done, bool isWrite = false)
    {
        if (world.Happens(silo.StorageRefuses))
        {
            world.After(world.Some(Least, Most), () => done.TrySetException(new IOException("Storage refuses.")), silo);
            return;
        }

        world.After(world.Some(Least, Most) + silo.StorageDelay, () =>
        {
            // A write of a lost silo may stay in a queue for a long time.
            if (isWrite && world.Happens(silo.IsLost ? 0.5 : silo.StorageLandsLate))
            {
                world.After(world.Some(Least, Latest), () => there());
                FailLater(done);
                return;
            }

            var here = there();
            if (world.Happens(silo.StorageDoesNotAnswer))
            {
                FailLater(done);
                return;
            }

            world.After(world.Some(Least, Most), here, silo);
        });
    }

    private void FailLater(TaskCompletionSource done) =>
        world.After(Patience, () => done.TrySetException(new IOException("Storage has not answered.")), silo);
}
