using System.Diagnostics.CodeAnalysis;
using Orleans.Configuration;

namespace OrleansTasks.ClientSample;

/// <summary>Stores the settings of the program. They come from arguments, environment variables or appsettings.json.</summary>
/// <param name="Provider">The provider of the silos' membership list: <c>Localhost</c>, <c>Redis</c> or <c>PostgreSql</c>.</param>
/// <param name="Connection">The connection string of that provider. Empty with <c>Localhost</c>.</param>
/// <param name="ClusterId">The id that separates clusters that share a database.</param>
/// <param name="GatewayPort">The port on which the silo accepts clients. Used with <c>Localhost</c> only.</param>
internal sealed record ClientSettings(string Provider, string Connection, string ClusterId, int GatewayPort)
{
    // Orleans' own defaults.
    private const string LocalhostId = "dev";
    private const string DefaultId = "default";
    private static readonly string[] Providers = ["Localhost", "Redis", "PostgreSql"];

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out ClientSettings? settings,
        out IReadOnlyList<string> faults)
    {
        var read = new SettingsReader(configuration);
        var given = read.Text("Cluster:Provider") ?? Providers[0];
        var provider = Providers.FirstOrDefault(p => p.Equals(given, StringComparison.OrdinalIgnoreCase));
        if (provider is null)
        {
            read.Add($"Cluster:Provider is '{given}', which is not known; use {string.Join(" or ", Providers)}.");
        }

        var connection = read.Connection("Cluster:ConnectionString");
        if (provider is not null && provider != Providers[0] && connection is null)
        {
            read.Add($"Cluster:Provider is {provider}, and Cluster:ConnectionString, which says where it is, is missing.");
        }

        var port = read.Port("Silo:GatewayPort") ?? 30000;
        faults = read.Faults;
        settings = faults.Count == 0
            ? new ClientSettings(provider!, connection ?? "",
                read.Text("Cluster:Id") ?? (provider == Providers[0] ? LocalhostId : DefaultId), port)
            : null;
        return settings is not null;
    }

    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public IClientBuilder Use(IClientBuilder client)
    {
        if (Provider == Providers[0])
        {
            return client.UseLocalhostClustering(GatewayPort, ClusterId, ClusterId);
        }

        client.Configure<ClusterOptions>(o => o.ClusterId = o.ServiceId = ClusterId);
        return Provider == "Redis" ? client.UseRedisTaskClustering(Connection) : client.UsePostgreSqlTaskClustering(Connection);
    }
}
