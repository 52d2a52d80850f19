using System.Globalization;
using Orleans.Configuration;

namespace OrleansTasks.Chaos;

/// <summary>How a client gets into a cluster.</summary>
/// <param name="Store">Where the list of its silos is.</param>
/// <param name="Connection">The connection string of that; with SQLite, the port of the silo's gateway on this machine.</param>
/// <param name="ClusterId">The cluster's id; null: the default.</param>
/// <param name="ServiceId">The service's id; null: the default.</param>
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
