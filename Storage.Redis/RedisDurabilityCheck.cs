using System.Globalization;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace OrleansTasks.Storage.Redis;

/// <summary>Warns at the start of a silo if Redis can lose data: without an append-only file, or with eviction.</summary>
internal sealed partial class RedisDurabilityCheck(RedisConnection connection, ILogger<RedisDurabilityCheck> log)
    : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle observer) =>
        observer.Subscribe(nameof(RedisDurabilityCheck), ServiceLifecycleStage.RuntimeStorageServices, CheckAsync);

    private async Task CheckAsync(CancellationToken ct)
    {
        try
        {
            var database = (await connection.GetAsync()).GetDatabase();
            var facts = Read(await database.ExecuteAsync("INFO", "persistence")).Concat(Read(await database.ExecuteAsync("INFO", "memory")))
                .ToLookup(f => f.Key, f => f.Value);
            if (facts["aof_enabled"].FirstOrDefault() == "0")
            {
                LogNoFile(log);
            }

            if (facts["maxmemory_policy"].FirstOrDefault() is { } policy && policy != "noeviction"
                && long.TryParse(facts["maxmemory"].FirstOrDefault(), CultureInfo.InvariantCulture, out var limit) && limit > 0)
            {
                LogEvicts(log, policy);
            }
        }
        catch (RedisException e)
        {
            // Continue with a server that does not report its settings.
            LogNotTold(log, e.Message);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Read(RedisResult info) =>
        from line in info.ToString().Split('\n')
        let colon = line.IndexOf(':', StringComparison.Ordinal)
        where colon > 0
        select KeyValuePair.Create(line[..colon], line[(colon + 1)..].Trim());

    [LoggerMessage(711, LogLevel.Warning,
        "Redis keeps no append-only file: a restart of Redis loses tasks and runs that were accepted since its last snapshot. Set "
        + "'appendonly yes'.")]
    private static partial void LogNoFile(ILogger logger);

    [LoggerMessage(712, LogLevel.Warning,
        "Redis removes records, including tasks, when its memory is full (maxmemory-policy {Policy}). Set 'maxmemory-policy "
        + "noeviction'.")]
    private static partial void LogEvicts(ILogger logger, string policy);

    [LoggerMessage(713, LogLevel.Debug, "Reading the durability settings of Redis failed: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string reason);
}
