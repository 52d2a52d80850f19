using System.Globalization;
using System.Net;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Chaos.Machines;

/// <summary>
/// Runs the checker's own cluster: the store's server, the silos, and, if there are machines, a web server on its own one.
/// </summary>
internal sealed class OwnCluster : ITestedCluster
{
    private readonly ChaosOptions _options;
    private readonly TimeProvider _time;
    private readonly List<ClusterProcess> _silos = [];

    private OwnCluster(ChaosOptions options, IDatabaseServer? server, Network? network, TimeProvider time)
    {
        (_options, Server, Network, _time) = (options, server, network, time);
        var ports = Ports.Take(2 * options.Silos);
        for (var n = 0; n < options.Silos; n++)
        {
            _silos.Add(Silo(n, ports[2 * n], ports[(2 * n) + 1]));
        }

        WebServer = network is null ? null : Process("web server", "web-server", options.Silos, ListenerHost.Verb, []);
        Access = new ClusterAccess(options.Store, server?.ConnectionString ?? Text(ports[1]));
        Faults = new OwnFaults(this, time);
    }

    public ClusterAccess Access { get; }

    public IFaultMaker Faults { get; }

    public string Records => _options.Folder;

    public string Prefix => "";

    public IReadOnlyList<Notice> Logged => [.. Silos.SelectMany(s => s.Notices)];

    public IDatabaseServer? Server { get; }

    public Network? Network { get; }

    public IReadOnlyList<ClusterProcess> Silos => _silos;

    public ClusterProcess? WebServer { get; }

    /// <summary>Returns why the cluster cannot run; null if it can.</summary>
    public static string? Missing(ChaosOptions options)
    {
        var server = options.Store switch
        {
            Store.Redis => RedisServer.Missing,
            Store.Postgres => PostgreSqlServer.Missing,
            _ => null,
        };
        return server ?? (options.HasMachines ? Network.Missing : null);
    }

    public static async Task<OwnCluster> StartAsync(ChaosOptions options, TimeProvider time)
    {
        IDatabaseServer? server = options.Store switch
        {
            Store.Redis => await RedisServer.CreateAsync(),
            Store.Postgres => await PostgreSqlServer.CreateAsync(),
            _ => null,
        };
        if (options.HasBook)
        {
            await BookLoad.CreateAsync(server!.ConnectionString);
        }

        var network = options.HasMachines ? await Network.CreateAsync(options.Silos + 1) : null;
        var cluster = new OwnCluster(options, server, network, time);
        try
        {
            await Task.WhenAll(cluster.Silos.Select(s => s.StartAsync()));
            await (cluster.WebServer?.StartAsync() ?? Task.CompletedTask);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the processes that a fault affects.</summary>
    public IReadOnlyList<ClusterProcess> ProcessesOf(Victim victim) => victim switch
    {
        Victim.Silo silo => [Silos[silo.Number]],
        Victim.AllSilos => Silos,
        Victim.WebServer => [WebServer!],
        _ => [],
    };

    public async ValueTask DisposeAsync()
    {
        await (WebServer?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await (Network?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private ClusterProcess Silo(int number, int port, int gateway) => Process($"silo {number}", $"silo-{number}", number, SiloHost.Verb,
    [
        "--address", $"{Network?.Address(number) ?? IPAddress.Loopback}",
        "--port", Text(port),
        "--gateway", Text(gateway),
        "--clock", Path.Combine(_options.Folder, $"silo-{number}.clock"),
        "--records", Path.Combine(_options.Folder, $"silo-{number}.records"),
        .. _options.HasBook ? ["--book", "yes"] : Array.Empty<string>(),
    ]);

    private ClusterProcess Process(string name, string file, int machine, string verb, IReadOnlyList<string> arguments)
    {
        var host = Network?.Host ?? IPAddress.Loopback;
        var proxy = Server is null ? null : new StoreProxy(host, Server.Port, _time);
        List<string> command =
        [
            .. Network is null ? Array.Empty<string>() : [Programs.Find("ip")!, "netns", "exec", Network.Name(machine)],
            .. Itself(),
            verb,
            "--store", $"{_options.Store}",
            "--connection", Server?.ConnectionStringThrough(host, proxy!.Port) ?? Path.Combine(_options.Folder, "tasks.db"),
            .. arguments,
        ];
        return new ClusterProcess(name, machine, command, Path.Combine(_options.Folder, $"{file}.log"), proxy, _time);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the command that starts this program again.</summary>
    private static string[] Itself() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, Environment.GetCommandLineArgs()[0]]
        : [Environment.ProcessPath!];
}
