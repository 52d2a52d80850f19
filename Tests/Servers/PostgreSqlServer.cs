using System.Globalization;
using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>
/// Runs a PostgreSQL server with a database <c>tasks</c>. PostgreSQL refuses to run as root, in which case the package's user
/// <c>postgres</c> runs it.
/// </summary>
public sealed class PostgreSqlServer : IDatabaseServer
{
    private const string User = "postgres";
    private static readonly string[] Needed = ["initdb", "pg_basebackup", "pg_ctl", "psql"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-pg-").FullName;
    private bool _running;
    private int _generation;
    private string? _replica;
    private int _replicaPort;

    private PostgreSqlServer() => Data = Path.Combine(_folder, "data");

    /// <summary>Gets why the server cannot run; null if it can.</summary>
    public static string? Missing => Needed.Where(p => Programs.Find(p) is null).ToList() is { Count: > 0 } missing
        ? $"PostgreSQL is not installed, {string.Join(", ", missing.Select(p => $"'{p}'"))} missing (Debian and Ubuntu: apt-get install "
            + "postgresql)."
        : null;

    public int Port { get; } = Ports.Take();

    public string ConnectionString => ConnectionStringThrough(IPAddress.Loopback, Port);

    private string Data { get; set; }

    private string Replica => _replica ?? throw new InvalidOperationException("It has no replica.");

    public static async Task<PostgreSqlServer> CreateAsync()
    {
        var server = new PostgreSqlServer();
        if (Environment.UserName == "root")
        {
            await Programs.RunAsync("chown", User, server._folder);
        }

        await RunAsync("initdb", "--auth=trust", $"--username={User}", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", server.Data);
        await server.StartAsync();
        await QueryAsync(server.Port, "CREATE DATABASE tasks");
        return server;
    }

    public string ConnectionStringThrough(IPAddress address, int port) => $"Host={address};Port={port};Username={User};Database=tasks";

    public async Task StartAsync()
    {
        await StartAsync(Data, Port);
        _running = true;
    }

    public async Task AddReplicaAsync()
    {
        await DropReplicaAsync();
        var data = Path.Combine(_folder, $"data-{++_generation}");
        var port = Ports.Take();
        await RunAsync("pg_basebackup", "-h", "127.0.0.1", "-p", Text(Port), "-U", User, "-D", data, "-R", "-X", "stream", "-c", "fast",
            "--no-sync");
        _replica = data;
        _replicaPort = port;
        await StartAsync(data, port);
    }

    public async Task CutReplicaAsync()
    {
        var stored = (await QueryAsync(Port, "SELECT pg_current_wal_flush_lsn()")).Trim();
        var begun = TimeProvider.System.GetTimestamp();
        while ((await QueryAsync(_replicaPort, $"SELECT pg_last_wal_replay_lsn() >= '{stored}'")).Trim() != "t")
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Patience)
            {
                throw new InvalidOperationException($"The replica of the PostgreSQL at port {Port} does not get its data.");
            }

            // Poll, because the server does not notify anybody when its replica has caught up.
            await Task.Delay(Pause, TimeProvider.System);
        }

        // A promoted replica receives nothing more. Nobody reaches it before it has the server's port.
        await RunAsync("pg_ctl", "-D", Replica, "-w", "promote");
    }

    public async Task PromoteAsync()
    {
        var replica = Replica;
        _replica = null;
        await RunAsync("pg_ctl", "-D", replica, "-m", "fast", "-w", "stop");
        Directory.Delete(Data, recursive: true);
        Data = replica;
        await StartAsync();
    }

    private Task<string> StartAsync(string data, int port) =>
        RunAsync("pg_ctl", "-D", data, "-l", $"{data}.log", "-o",
            $"-p {port} -k {_folder} -c listen_addresses=127.0.0.1 -c max_connections=300", "-w", "start");

    private static Task<string> QueryAsync(int port, string query) =>
        Programs.RunAsync(Programs.Find("psql")!, "-h", "127.0.0.1", "-p", Text(port), "-U", User, "-t", "-A", "-c", query);

    private async Task DropReplicaAsync()
    {
        if (_replica is { } replica)
        {
            _replica = null;
            await RunAsync("pg_ctl", "-D", replica, "-m", "immediate", "stop");
            Directory.Delete(replica, recursive: true);
        }
    }

    public async Task KillAsync()
    {
        if (_running)
        {
            _running = false;
            await FreezeAsync(frozen: false);
            await RunAsync("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        }
    }

    public async Task FreezeAsync(bool frozen)
    {
        var main = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        var signal = frozen ? "STOP" : "CONT";
        var children = await Programs.RunAsync("ps", "--ppid", main, "-o", "pid=");
        foreach (var process in children.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Prepend(main))
        {
            try
            {
                await Programs.SignalAsync(int.Parse(process, CultureInfo.InvariantCulture), signal);
            }
            catch (InvalidOperationException)
            {
                // The process served a connection, and has ended in the meantime.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropReplicaAsync();
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Task<string> RunAsync(string program, params IEnumerable<string> arguments) => Environment.UserName == "root"
        ? Programs.RunAsync("runuser", ["-u", User, "--", Programs.Find(program)!, .. arguments])
        : Programs.RunAsync(Programs.Find(program)!, arguments);
}
