using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>Runs a Redis server that stores each command before it answers.</summary>
public sealed class RedisServer : IDatabaseServer
{
    private const string Program = "redis-server";
    private const string Client = "redis-cli";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private string _folder = NewFolder();
    private Process? _process;
    private (string Folder, int Port, Process Process)? _replica;

    private RedisServer()
    {
    }

    /// <summary>Gets why the server cannot run; null if it can.</summary>
    public static string? Missing => new[] { Program, Client }.FirstOrDefault(p => Programs.Find(p) is null) is { } missing
        ? $"'{missing}' is not installed (Debian and Ubuntu: apt-get install redis-server)."
        : null;

    public int Port { get; } = Ports.Take();

    public string ConnectionString => ConnectionStringThrough(IPAddress.Loopback, Port);

    private (string Folder, int Port, Process Process) Replica => _replica ?? throw new InvalidOperationException("It has no replica.");

    public static async Task<RedisServer> CreateAsync()
    {
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    }

    public string ConnectionStringThrough(IPAddress address, int port) => $"{address}:{port}";

    public async Task StartAsync() => _process = await StartAsync(_folder, Port);

    public async Task AddReplicaAsync()
    {
        await DropReplicaAsync();
        var (folder, port) = (NewFolder(), Ports.Take());
        _replica = (folder, port, await StartAsync(folder, port, "--replicaof", $"127.0.0.1 {Text(Port)}"));
        await UntilAsync(async () => await ReplicationAsync(port, "master_link_status") == "up");
    }

    public async Task CutReplicaAsync()
    {
        var port = Replica.Port;
        var stored = long.Parse(await ReplicationAsync(Port, "master_repl_offset"), CultureInfo.InvariantCulture);
        await UntilAsync(async () => long.Parse(await ReplicationAsync(port, "slave_repl_offset"), CultureInfo.InvariantCulture) >= stored);
        await AskAsync(port, "REPLICAOF", "NO", "ONE");
    }

    private async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"The replica of the Redis at port {Port} does not get its data.");
            }

            // Poll, because the server does not notify anybody when its replica has caught up.
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private static async Task<string> ReplicationAsync(int port, string field) =>
        (await AskAsync(port, "INFO", "replication")).Split('\n').Select(l => l.Trim().Split(':')).First(l => l[0] == field)[1];

    public async Task PromoteAsync()
    {
        var (folder, port, process) = Replica;
        _replica = null;
        Directory.Delete(_folder, recursive: true);
        (_folder, _process) = (folder, process);
        await AskAsync(port, "CONFIG", "SET", "port", Text(Port));
    }

    private static async Task<Process> StartAsync(string folder, int port, params IEnumerable<string> more)
    {
        var process = Process.Start(new ProcessStartInfo(
            Programs.Find(Program)!,
            [
                "--port", Text(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync",
                "always", .. more,
            ])
        { RedirectStandardOutput = true })!;
        await UntilReadyAsync(process.StandardOutput).WaitAsync(Patience, TimeProvider.System);
        return process;
    }

    private static Task<string> AskAsync(int port, params IEnumerable<string> words) =>
        Programs.RunAsync(Programs.Find(Client)!, ["-e", "-h", "127.0.0.1", "-p", Text(port), .. words]);

    private static string NewFolder() => Directory.CreateTempSubdirectory("ot-redis-").FullName;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the server's output until it is ready, and continues to read, so that the pipe never fills up.</summary>
    private static async Task UntilReadyAsync(StreamReader output)
    {
        var said = new List<string>();
        while (await output.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                _ = output.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException($"'{Program}' ended before it was ready: {string.Join('\n', said)}");
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await EndAsync(process);
        }
    }

    public Task FreezeAsync(bool frozen) =>
        _process is { } process ? Programs.SignalAsync(process.Id, frozen ? "STOP" : "CONT") : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await DropReplicaAsync();
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task DropReplicaAsync()
    {
        if (_replica is { } replica)
        {
            _replica = null;
            await EndAsync(replica.Process);
            Directory.Delete(replica.Folder, recursive: true);
        }
    }

    private static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
