namespace OrleansTasks.Storage.PostgreSql;

/// <summary>Installs the tables before other components of the silo need them.</summary>
internal sealed class PostgreSqlInstallation(PostgreSqlDatabase database) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(PostgreSqlInstallation), ServiceLifecycleStage.First, database.InstallAsync);
}
