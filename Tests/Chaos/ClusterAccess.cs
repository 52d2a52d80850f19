using System.Globalization;
using Orleans.Configuration;

namespace OrleansTasks.Chaos;

/// <summary>Configures how a client joins a cluster.</summary>
/// <param name="Store">The store of the membership table.</param>
/// <param name="Connection">The connection string of the store; with SQLite, the port of the silo's gateway on this machine.</param>
/// <param name="ClusterId">The cluster's id. Null: the default.</param>
/// <param name="ServiceId">The service's id. Null: the default.</param>
internal sealed record ClusterAccess(Store Store, string Connection, string? ClusterId = null, string? ServiceId = null)
{
    public void Configure(IClientBuilder client)
    {
        _ = Store switch
        {
            Store.Redis => client.UseRedisTaskClustering(Connection),
            Store.Postgres => client.UsePostgreSqlTaskClustering(Connection),
            _ => client.UseLocalhostClustering(int.Parse(Connection, CultureInfo.InvariantCulture)),
        };
        client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterId ?? o.ClusterId, ServiceId ?? o.ServiceId));
        client.AddTaskClient();
    }
}
