using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Orleans.Configuration;

namespace OrleansTasks.ClientSample;

/// <summary>What the program can be told by arguments, environment or appsettings.json.</summary>
/// <param name="Provider">Where the list of the cluster's silos is: <c>Localhost</c>, <c>Redis</c> or <c>PostgreSql</c>.</param>
/// <param name="Connection">The connection string of that; empty with <c>Localhost</c>.</param>
/// <param name="ClusterId">Tells clusters apart that share a database.</param>
/// <param name="GatewayPort">The silo's port for web servers; used with <c>Localhost</c> only.</param>
internal sealed record ClientSettings(string Provider, string Connection, string ClusterId, int GatewayPort)
{
    // What Orleans has where nothing is said.
    private const string LocalhostId = "dev";
    private const string DefaultId = "default";
    private static readonly string[] Providers = ["Localhost", "Redis", "PostgreSql"];

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out ClientSettings? settings, out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        var given = Text("Cluster:Provider") ?? Providers[0];
        var provider = Providers.FirstOrDefault(p => p.Equals(given, StringComparison.OrdinalIgnoreCase));
        if (provider is null)
        {
            found.Add($"Cluster:Provider is '{given}', which is not known; use {string.Join(" or ", Providers)}.");
        }

        var connection = Connection("Cluster:ConnectionString");
        if (provider is not null && provider != Providers[0] && connection is null)
        {
            found.Add($"Cluster:Provider is {provider}, and Cluster:ConnectionString, which says where it is, is missing.");
        }

        var port = 30000;
        if (Text("Silo:GatewayPort") is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535))
        {
            found.Add($"Silo:GatewayPort is '{text}'; a port from 1 to 65535 is wanted.");
        }

        faults = found;
        settings = found.Count == 0 ? new ClientSettings(provider!, connection ?? "", Text("Cluster:Id") ?? (provider == Providers[0] ? LocalhostId : DefaultId), port) : null;
        return settings is not null;

        string? Text(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

        // A file keeps a password out of the list of processes, which shows everybody the arguments of all.
        string? Connection(string key)
        {
            if (Text($"{key}File") is not { } path)
            {
                return Text(key);
            }

            if (Text(key) is not null)
            {
                found.Add($"Both {key} and {key}File are set; one is wanted.");
                return null;
            }

            try
            {
                return File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : throw new IOException("it is empty");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                found.Add($"{key}File is '{path}', which cannot be read: {e.Message}");
                return null;
            }
        }
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
