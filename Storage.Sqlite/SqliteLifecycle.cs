namespace OrleansTasks.Storage.Sqlite;

/// <summary>Opens the file before anything needs it, and closes it when nothing does any more.</summary>
internal sealed class SqliteLifecycle(SqliteStore store) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SqliteLifecycle),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ => Task.Run(store.Open, CancellationToken.None),
        _ => Task.Run(store.Dispose, CancellationToken.None));
}
