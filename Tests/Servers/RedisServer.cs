using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>A Redis that stores each command before it answers.</summary>
public sealed class RedisServer : IDatabaseServer
{
    private const string Program = "redis-server";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-redis-").FullName;
    private Process? _process;

    private RedisServer()
    {
    }

    /// <summary>Why there can be none; null if there can.</summary>
    public static string? Missing => Programs.Find(Program) is null ? $"'{Program}' is not installed (Debian and Ubuntu: apt-get install redis-server)." : null;

    public int Port { get; } = Programs.FreePorts(1)[0];

    public string ConnectionString => ConnectionStringThrough(IPAddress.Loopback, Port);

    public static async Task<RedisServer> CreateAsync()
    {
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    }

    public string ConnectionStringThrough(IPAddress address, int port) => $"{address}:{port}";

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            Programs.Find(Program)!,
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            ])
        { RedirectStandardOutput = true })!;
        await UntilReadyAsync(_process.StandardOutput).WaitAsync(Patience, TimeProvider.System);
    }

    /// <summary>Reads what the server says until it is ready, and goes on reading, so that its output never fills up.</summary>
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
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public Task FreezeAsync(bool frozen) => _process is { } process ? Programs.SignalAsync(process.Id, frozen ? "STOP" : "CONT") : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
