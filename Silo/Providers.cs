using System.Net;
using Orleans.Configuration;

namespace OrleansTasks.Silo;

/// <summary>Names the store of a cluster's membership list.</summary>
internal enum ClusterProvider
{
    /// <summary>Keeps the list in the memory of the silo that started first. For one machine only.</summary>
    Localhost,
    Redis,
    PostgreSql,
}

/// <summary>Names the store of the tasks.</summary>
internal enum StorageProvider
{
    /// <summary>Stores tasks in a file, for a single silo.</summary>
    Sqlite,

    /// <summary>Keeps tasks in the memory of the silos. They are lost when the silos stop.</summary>
    Memory,
    Redis,
    PostgreSql,
}

/// <summary>Applies the settings to the silo.</summary>
internal static class Providers
{
    /// <exception cref="ArgumentException">A connection string cannot be read.</exception>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, SiloSettings settings)
    {
        if (settings.Cluster == ClusterProvider.Localhost)
        {
            var primary = settings.PrimaryPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null;
            return silo.UseLocalhostClustering(settings.Port, settings.GatewayPort, primary, settings.ClusterId, settings.ClusterId);
        }

        silo.Configure<ClusterOptions>(o => o.ClusterId = o.ServiceId = settings.ClusterId);
        silo.ConfigureEndpoints(settings.Address, settings.Port, settings.GatewayPort);
        return settings.Cluster == ClusterProvider.Redis
            ? silo.UseRedisTaskClustering(settings.ClusterConnection)
            : silo.UsePostgreSqlTaskClustering(settings.ClusterConnection);
    }

    /// <exception cref="ArgumentException">A connection string cannot be read.</exception>
    public static ISiloBuilder UseStorage(this ISiloBuilder silo, SiloSettings settings) => settings.Storage switch
    {
        StorageProvider.Memory => silo.UseInMemoryTasks(),
        StorageProvider.Redis => silo.UseRedisTasks(settings.StorageConnection),
        StorageProvider.PostgreSql => silo.UsePostgreSqlTasks(settings.StorageConnection),
        _ => silo.UseSqliteTasks(settings.StorageConnection),
    };

    /// <summary>Describes where tasks are stored, without passwords.</summary>
    public static string Describe(this SiloSettings settings) => settings.Storage switch
    {
        StorageProvider.Memory => "Tasks are kept in memory, and forgotten when the silo stops.",
        StorageProvider.Sqlite => $"Tasks are kept in {Path.GetFullPath(settings.StorageConnection)}.",
        var other => $"Tasks are kept in {other}.",
    };
}
