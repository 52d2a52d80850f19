using System.Text.Json;
using OrleansTasks.Benchmarks.Jobs;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Benchmarks.Scenarios;

/// <summary>
/// Measures jobs that are accepted, stored, run and recorded, and compares engines with the same store on one server with its default
/// durability.
/// </summary>
internal static class Durable
{
    public const string Name = "durable";

    public static Task RunAsync(BenchmarkOptions options) => options.Store switch
    {
        "memory" => InMemoryAsync(options),
        "sqlite" => OnSqliteAsync(options),
        "redis" => OnRedisAsync(options),
        "postgres" => OnPostgreSqlAsync(options),
        var other => throw new ArgumentException($"--store is sqlite, redis, postgres, or memory for comparison, not '{other}'."),
    };

    private static async Task InMemoryAsync(BenchmarkOptions options)
    {
        await using var ours = await OurJobs.StartAsync(silo => silo.UseInMemoryTasks());
        await RaceAsync(options, [ours]);
    }

    private static async Task OnSqliteAsync(BenchmarkOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("orleans-tasks-durable");
        try
        {
            await using var ours = await OurJobs.StartAsync(silo => silo.UseSqliteTasks(Path.Combine(folder.FullName, "tasks.db")));
            await RaceAsync(options, [ours]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task OnRedisAsync(BenchmarkOptions options)
    {
        Need(RedisServer.Missing);
        await using var server = await RedisServer.CreateAsync();
        await using var ours = await OurJobs.StartAsync(silo => silo.UseRedisTasks(server.ConnectionString));
        await using var hangfire = HangfireJobs.OnRedis(server.ConnectionString);
        await RaceAsync(options, [ours, hangfire]);
    }

    private static async Task OnPostgreSqlAsync(BenchmarkOptions options)
    {
        Need(PostgreSqlServer.Missing);
        await using var server = await PostgreSqlServer.CreateAsync();
        await using var ours = await OurJobs.StartAsync(silo => silo.UsePostgreSqlTasks(server.ConnectionString));
        await using var hangfire = HangfireJobs.OnPostgreSql(server.ConnectionString);
        await using var quartz = await QuartzJobs.StartAsync(server.ConnectionString);
        await RaceAsync(options, [ours, hangfire, quartz]);
    }

    private static void Need(string? missing)
    {
        if (missing is not null)
        {
            throw new InvalidOperationException(missing);
        }
    }

    private static async Task RaceAsync(BenchmarkOptions options, IReadOnlyList<IJobEngine> engines)
    {
        var rates = await JobRace.RunAsync(engines, options, options.Count == 0 ? 20_000 : options.Count, recorded: true);
        var result = new Dictionary<string, object?>
        {
            ["scenario"] = Name,
            ["store"] = options.Store,
            ["ours"] = Math.Round(Load.Median(rates[0])),
            ["baseline"] = rates.Count > 1 ? Math.Round(Load.Median(rates[1])) : null,
            ["ratio"] = rates.Count > 1 ? JobRace.Ratio(rates[0], rates[1]) : null,
        };
        if (rates.Count > 2)
        {
            result["quartz"] = Math.Round(Load.Median(rates[2]));
            result["ratioQuartz"] = JobRace.Ratio(rates[0], rates[2]);
        }

        Console.WriteLine("RESULT " + JsonSerializer.Serialize(result));
    }
}
