namespace OrleansTasks.Storage.Sqlite;

/// <summary>Opens the file before other components of the silo need it, and closes it after they have stopped.</summary>
internal sealed class SqliteLifecycle(SqliteStore store) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SqliteLifecycle),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ => Task.Run(store.Open, CancellationToken.None),
        _ => Task.Run(store.Dispose, CancellationToken.None));
}
