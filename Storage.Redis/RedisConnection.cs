using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace OrleansTasks.Storage.Redis;

/// <summary>Represents the connection to Redis that all components of a silo share. A starting silo waits for it.</summary>
/// <param name="options">The options of the connection.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
/// <param name="shared">The host's own connection, which stays open, or null to create one.</param>
internal sealed partial class RedisConnection(
    ConfigurationOptions options, TimeProvider time, ILogger<RedisConnection> log, IConnectionMultiplexer? shared = null)
        : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // Probes a connection after this many seconds without traffic, to detect that the other machine is gone.
    private const int KeepAlive = 5;
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connecting;

    public ConfigurationOptions Options => options;

    private string Address => string.Join(", ", options.EndPoints.Select(e => RedisAddress.Shown(e)));

    /// <exception cref="ArgumentException">The connection string is empty or not valid.</exception>
    public static ConfigurationOptions Read(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var options = RedisAddress.Read(connectionString) ?? ConfigurationOptions.Parse(connectionString);
        if (options.EndPoints.Count == 0)
        {
            throw new ArgumentException("The connection string of Redis names no server; write for example 'localhost:6379'.",
                nameof(connectionString));
        }

        options.KeepAlive = options.KeepAlive > 0 ? options.KeepAlive : KeepAlive;
        return options;
    }

    /// <exception cref="TaskStorageException">Redis was unreachable for 30 s.</exception>
    public Task<IConnectionMultiplexer> GetAsync()
    {
        if (shared is not null)
        {
            return Task.FromResult(shared);
        }

        lock (_gate)
        {
            return _connecting is null or { IsFaulted: true } ? _connecting = ConnectAsync() : _connecting;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connecting is { IsCompletedSuccessfully: true })
        {
            await (await _connecting).DisposeAsync();
        }
    }

    public void Dispose()
    {
        if (_connecting is { IsCompletedSuccessfully: true })
        {
            _connecting.Result.Dispose();
        }
    }

    private async Task<IConnectionMultiplexer> ConnectAsync()
    {
        var since = time.GetTimestamp();
        var told = false;
        while (true)
        {
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(options);
            }
            catch (RedisConnectionException e)
            {
                if (time.GetElapsedTime(since) >= Patience)
                {
                    throw new TaskStorageException($"Redis at {Address} could not be reached for {Patience.TotalSeconds:0} s "
                        + $"({e.FailureType}). Check that it runs, and check its address and password.", e);
                }

                if (!told)
                {
                    told = true;
                    LogWaiting(log, Address, Patience, e.FailureType);
                }

                await Task.Delay(Pause, time);
            }
        }
    }

    [LoggerMessage(751, LogLevel.Warning, "Redis at {Address} cannot be reached ({Reason}); trying for {Patience}.")]
    private static partial void LogWaiting(ILogger logger, string address, TimeSpan patience, ConnectionFailureType reason);
}
