namespace OrleansTasks.Storage.PostgreSql;

/// <summary>Has the tables there before anything of the silo needs them.</summary>
internal sealed class PostgreSqlInstallation(PostgreSqlDatabase database) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(PostgreSqlInstallation), ServiceLifecycleStage.First, database.InstallAsync);
}
