using System.Globalization;
using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>A PostgreSQL, with a database <c>tasks</c>. It does not run as root: then the user <c>postgres</c> of the package runs it.</summary>
public sealed class PostgreSqlServer : IDatabaseServer
{
    private const string User = "postgres";
    private static readonly string[] Needed = ["initdb", "pg_ctl", "psql"];
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-pg-").FullName;
    private bool _running;

    private PostgreSqlServer()
    {
    }

    /// <summary>Why there can be none; null if there can.</summary>
    public static string? Missing => Needed.Where(p => Programs.Find(p) is null).ToList() is { Count: > 0 } missing
        ? $"PostgreSQL is not installed, {string.Join(", ", missing.Select(p => $"'{p}'"))} missing (Debian and Ubuntu: apt-get install postgresql)."
        : null;

    public int Port { get; } = Programs.FreePorts(1)[0];

    public string ConnectionString => ConnectionStringThrough(IPAddress.Loopback, Port);

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgreSqlServer> CreateAsync()
    {
        var server = new PostgreSqlServer();
        if (Environment.UserName == "root")
        {
            await Programs.RunAsync("chown", User, server._folder);
        }

        await RunAsync("initdb", "--auth=trust", $"--username={User}", "--encoding=UTF8", "--locale=C", "--no-sync", "-D", server.Data);
        await server.StartAsync();
        await Programs.RunAsync(Programs.Find("psql")!, "-h", "127.0.0.1", "-p", server.PortText, "-U", User, "-c", "CREATE DATABASE tasks");
        return server;
    }

    public string ConnectionStringThrough(IPAddress address, int port) => $"Host={address};Port={port};Username={User};Database=tasks";

    public async Task StartAsync()
    {
        await RunAsync("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", $"-p {Port} -k {_folder} -c listen_addresses=127.0.0.1 -c max_connections=300", "-w", "start");
        _running = true;
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
                // It served a connection, and has ended meanwhile.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string PortText => Port.ToString(CultureInfo.InvariantCulture);

    private static Task<string> RunAsync(string program, params IEnumerable<string> arguments) => Environment.UserName == "root"
        ? Programs.RunAsync("runuser", ["-u", User, "--", Programs.Find(program)!, .. arguments])
        : Programs.RunAsync(Programs.Find(program)!, arguments);
}
