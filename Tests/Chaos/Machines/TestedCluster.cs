using System.Net;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Chaos.Machines;

/// <summary>The server of the store, and the silos.</summary>
internal sealed class TestedCluster : IAsyncDisposable
{
    private readonly List<SiloProcess> _silos = [];

    private TestedCluster(IDatabaseServer? server, Network? network) => (Server, Network) = (server, network);

    public IDatabaseServer? Server { get; }

    public Network? Network { get; }

    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>The port of the first silo's gateway; used with SQLite, where it is the only one.</summary>
    public int GatewayPort { get; private init; }

    public static async Task<TestedCluster> StartAsync(ChaosOptions options, TimeProvider time)
    {
        IDatabaseServer? server = options.Store switch
        {
            Store.Redis => await RedisServer.CreateAsync(),
            Store.Postgres => await PostgreSqlServer.CreateAsync(),
            _ => null,
        };
        var network = options.Faults.Contains(Faults.FaultKind.Partition) ? await Network.CreateAsync(options.Silos) : null;
        var ports = Programs.FreePorts(2 * options.Silos);
        var cluster = new TestedCluster(server, network) { GatewayPort = ports[1] };
        for (var n = 0; n < options.Silos; n++)
        {
            var host = network?.Host ?? IPAddress.Loopback;
            var proxy = server is null ? null : new StoreProxy(host, server.Port, time);
            List<string> command =
            [
                .. network is null ? Array.Empty<string>() : [Programs.Find("ip")!, "netns", "exec", network.Name(n)],
                .. Itself(),
                SiloHost.Verb,
                "--store", $"{options.Store}",
                "--connection", server?.ConnectionStringThrough(host, proxy!.Port) ?? Path.Combine(options.Folder, "tasks.db"),
                "--address", $"{network?.Address(n) ?? IPAddress.Loopback}",
                "--port", $"{ports[2 * n]}",
                "--gateway", $"{ports[(2 * n) + 1]}",
                "--records", Path.Combine(options.Folder, $"silo-{n}.records"),
            ];
            cluster._silos.Add(new SiloProcess(n, command, Path.Combine(options.Folder, $"silo-{n}.log"), proxy, time));
        }

        await Task.WhenAll(cluster.Silos.Select(s => s.StartAsync()));
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        if (Network is not null)
        {
            await Network.DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    /// <summary>How this very program is started again.</summary>
    private static string[] Itself() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];
}
