using System.Net;
using Orleans.Configuration;

namespace OrleansTasks.Silo;

/// <summary>Where the list of a cluster's silos is.</summary>
internal enum ClusterProvider
{
    /// <summary>In the silo that was started first; for one machine.</summary>
    Localhost,
    Redis,
    PostgreSql,
}

/// <summary>Where tasks are kept.</summary>
internal enum StorageProvider
{
    /// <summary>In a file, for a single silo.</summary>
    Sqlite,

    /// <summary>In the memory of the silos; forgotten when they stop.</summary>
    Memory,
    Redis,
    PostgreSql,
}

/// <summary>Puts the settings into effect.</summary>
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

    /// <summary>Says where tasks are kept, without passwords.</summary>
    public static string Describe(this SiloSettings settings) => settings.Storage switch
    {
        StorageProvider.Memory => "Tasks are kept in memory, and forgotten when the silo stops.",
        StorageProvider.Sqlite => $"Tasks are kept in {Path.GetFullPath(settings.StorageConnection)}.",
        var other => $"Tasks are kept in {other}.",
    };
}
