using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>How a client gets into a cluster.</summary>
/// <param name="Store">Where the list of its silos is.</param>
/// <param name="Connection">The connection string of that; with SQLite, the port of the silo's gateway on this machine.</param>
internal sealed record ClusterAccess(Store Store, string Connection)
{
    public void Configure(IClientBuilder client)
    {
        _ = Store switch
        {
            Store.Redis => client.UseRedisTaskClustering(Connection),
            Store.Postgres => client.UsePostgreSqlTaskClustering(Connection),
            _ => client.UseLocalhostClustering(int.Parse(Connection, CultureInfo.InvariantCulture)),
        };
        client.AddTaskClient();
    }
}
