using System.Net;
using OrleansTasks.Chaos.Machines;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>
/// Runs the programs of the template's Redis cluster without containers. Each has its own machine, with the host name from the template's
/// files, and is published as its Dockerfile says.
/// </summary>
internal sealed class Containers : IAsyncDisposable
{
    private readonly Packed _packed;
    private readonly Network _network;
    private readonly string _data = Directory.CreateTempSubdirectory("ot-containers-").FullName;
    private readonly List<Confined> _started = [];

    private Containers(Packed packed, Network network) => (_packed, _network) = (packed, network);

    /// <summary>Gets the address at which the programs reach this machine.</summary>
    public IPAddress Host => _network.Host;

    /// <summary>Creates the machines. The first one is for the store.</summary>
    /// <param name="packed">The packages.</param>
    /// <param name="machines">The number of machines.</param>
    /// <param name="store">The store's name on the network.</param>
    public static async Task<Containers> CreateAsync(Packed packed, int machines, string store)
    {
        var containers = new Containers(packed, await Network.CreateAsync(machines));
        await File.WriteAllTextAsync(Path.Combine(containers._data, "hosts"), $"127.0.0.1 localhost\n{containers.Address(0)} {store}\n",
            TestContext.Current.CancellationToken);
        return containers;
    }

    public IPAddress Address(int machine) => _network.Address(machine);

    /// <summary>Creates a folder for the input or the data of a program. The programs' user owns it.</summary>
    public async Task<string> FolderAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data, name)).FullName;
        await Programs.RunAsync("chown", "1654:1654", folder);
        return folder;
    }

    /// <summary>Starts the store and waits until it is ready.</summary>
    public async Task StartStoreAsync(IEnumerable<string> command)
    {
        // The image would set these: its data folder, and that other machines may connect.
        var store = Start("store", 0, new(await FolderAsync("empty"), "/app"), [], [.. command, "--dir", "/data", "--protected-mode", "no"],
            new Mounted(await FolderAsync("store"), "/data", Writable: true));
        await store.WritesAsync("Ready to accept connections");
    }

    /// <summary>
    /// Starts a program of the cluster with its image's environment and the given variables, and waits until it has started.
    /// </summary>
    public async Task<Confined> StartAsync(string program, int machine, IEnumerable<KeyValuePair<string, string>> environment,
        params IEnumerable<Mounted> mounts)
    {
        var (folder, file) = await _packed.PublishedAsync(program);
        var started = Start($"{program} {Address(machine)}", machine, new(folder, file.Folder), new(file.Environment.Concat(environment)),
            file.Entrypoint, mounts);
        await started.WritesAsync("Application started.");
        return started;
    }

    /// <summary>Starts a program.</summary>
    public Confined Start(string name, int machine, Mounted app, Dictionary<string, string> environment, IEnumerable<string> command,
        params IEnumerable<Mounted> mounts)
    {
        var program = Confined.Start(name, _network.Name(machine), [app, new(Path.Combine(_data, "hosts"), "/etc/hosts"), .. mounts],
            environment, command);
        _started.Add(program);
        return program;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in Enumerable.Reverse(_started))
        {
            await program.DisposeAsync();
        }

        await _network.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
