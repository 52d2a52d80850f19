using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.Redis.StackExchange;

namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>Runs Hangfire's enqueued jobs, on any of its storages.</summary>
internal sealed class HangfireJobs : IJobEngine
{
    private readonly JobStorage _storage;
    private readonly BackgroundJobServer _server;
    private readonly BackgroundJobClient _client;

    private HangfireJobs(JobStorage storage, double share)
    {
        (_storage, Share) = (storage, share);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions { WorkerCount = JobRace.Workers, SchedulePollingInterval = TimeSpan.FromSeconds(1) }, storage);
        _client = new BackgroundJobClient(storage);
    }

    public string Name => "Hangfire";

    public double Share { get; }

    public static HangfireJobs InMemory() => new(new InMemoryStorage(), 1);

    public static HangfireJobs OnPostgreSql(string connectionString)
    {
        // Hangfire's default of 15 s between polls is for servers that are almost always busy.
        var options = new PostgreSqlStorageOptions { QueuePollInterval = TimeSpan.FromMilliseconds(100) };
        return new(new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString, options), options), 0.1);
    }

    public static HangfireJobs OnRedis(string connectionString) => new(new RedisStorage(connectionString), 0.1);

    public static void Noop() => JobRace.Handle();

    /// <remarks>Hangfire has no asynchronous form, so the calling thread blocks.</remarks>
    public Task AddAsync()
    {
        _client.Enqueue(() => Noop());
        return Task.CompletedTask;
    }

    public Task<bool> IsRecordedAsync()
    {
        var counts = _storage.GetMonitoringApi().GetStatistics();
        return Task.FromResult(counts is { Enqueued: 0, Processing: 0, Scheduled: 0 });
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
