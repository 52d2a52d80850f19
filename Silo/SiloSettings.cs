using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace OrleansTasks.Silo;

/// <summary>Stores the settings of the program. They come from arguments, environment variables or appsettings.json.</summary>
internal sealed record SiloSettings
{
    private const string DefaultFile = "orleans-tasks.db";

    // Orleans' own defaults.
    private const string LocalhostId = "dev";
    private const string DefaultId = "default";

    public required ClusterProvider Cluster { get; init; }

    /// <summary>Gets the connection string of the membership list. Empty with <see cref="ClusterProvider.Localhost"/>.</summary>
    public required string ClusterConnection { get; init; }

    /// <summary>Gets the id that separates clusters that share a database.</summary>
    public required string ClusterId { get; init; }

    public required StorageProvider Storage { get; init; }

    /// <summary>Gets the path or connection string of the task storage. Empty with <see cref="StorageProvider.Memory"/>.</summary>
    public required string StorageConnection { get; init; }

    /// <summary>Gets the address at which other silos and web servers reach this silo.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Gets the port to which other silos connect.</summary>
    public required int Port { get; init; }

    /// <summary>Gets the port to which clients, such as web servers, connect.</summary>
    public required int GatewayPort { get; init; }

    /// <summary>
    /// Gets the port of the silo that started first, with <see cref="ClusterProvider.Localhost"/>. Null if this silo is the first.
    /// </summary>
    public int? PrimaryPort { get; init; }

    public static bool TryRead(IConfiguration configuration, [NotNullWhen(true)] out SiloSettings? settings,
        out IReadOnlyList<string> faults)
    {
        var read = new SettingsReader(configuration);
        var cluster = Choice("Cluster:Provider", ClusterProvider.Localhost);
        var storage = Choice("Storage:Provider", cluster switch
        {
            ClusterProvider.Redis => StorageProvider.Redis,
            ClusterProvider.PostgreSql => StorageProvider.PostgreSql,
            _ => StorageProvider.Sqlite,
        });
        var clusterConnection = read.Connection("Cluster:ConnectionString");
        var storageConnection = read.Connection("Storage:ConnectionString");
        var isShared = cluster.ToString() == storage.ToString();
        clusterConnection ??= isShared ? storageConnection : null;
        storageConnection ??= isShared ? clusterConnection : storage == StorageProvider.Sqlite ? DefaultFile : null;
        if (cluster != ClusterProvider.Localhost && clusterConnection is null)
        {
            read.Add($"Cluster:Provider is {cluster}, and Cluster:ConnectionString, which says where it is, is missing.");
        }

        if (storage != StorageProvider.Memory && storageConnection is null)
        {
            read.Add($"Storage:Provider is {storage}, and Storage:ConnectionString, which says where it is, is missing.");
        }

        var port = read.Port("Silo:Port") ?? 11111;
        var gatewayPort = read.Port("Silo:GatewayPort") ?? 30000;
        var primaryPort = read.Port("Cluster:PrimaryPort");
        if (port == gatewayPort)
        {
            read.Add($"Silo:Port and Silo:GatewayPort are both {port}; they must differ.");
        }

        if (primaryPort is not null && cluster != ClusterProvider.Localhost)
        {
            read.Add($"Cluster:PrimaryPort is for the cluster provider Localhost, and Cluster:Provider is {cluster}; leave it out.");
        }

        if (storage == StorageProvider.Sqlite && (primaryPort is not null || cluster != ClusterProvider.Localhost))
        {
            read.Add(
                "Storage:Provider is Sqlite, and a SQLite file belongs to one silo alone; for a cluster, use Redis or PostgreSql, or "
                    + "Memory.");
        }

        var address = IPAddress.Loopback;
        if (read.Text("Silo:Address") is { } text && !IPAddress.TryParse(text, out address!))
        {
            read.Add($"Silo:Address is '{text}'; an IP address of this machine is wanted.");
        }
        else if (cluster == ClusterProvider.Localhost && !address.Equals(IPAddress.Loopback))
        {
            read.Add(
                "Silo:Address is set, and with the cluster provider Localhost nothing outside this machine can connect; use Redis or "
                    + "PostgreSql.");
        }

        faults = read.Faults;
        settings = faults.Count > 0 ? null : new SiloSettings
        {
            Cluster = cluster,
            ClusterConnection = clusterConnection ?? "",
            ClusterId = read.Text("Cluster:Id") ?? (cluster == ClusterProvider.Localhost ? LocalhostId : DefaultId),
            Storage = storage,
            StorageConnection = storageConnection ?? "",
            Address = address,
            Port = port,
            GatewayPort = gatewayPort,
            PrimaryPort = primaryPort,
        };
        return settings is not null;

        T Choice<T>(string key, T otherwise)
            where T : struct, Enum
        {
            if (read.Text(key) is not { } value)
            {
                return otherwise;
            }

            if (Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase))
            {
                return Enum.Parse<T>(value, ignoreCase: true);
            }

            read.Add($"{key} is '{value}', which is not known; use {string.Join(" or ", Enum.GetNames<T>())}.");
            return otherwise;
        }
    }
}
