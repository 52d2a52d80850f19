using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansTasks.Tests.Servers;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests that failed runs are found after a full restart, and are retried by one call.</summary>
public sealed class RetryTests : IDisposable
{
    private const int Tasks = 20;
    private const int Runs = 500;
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-retry-").FullName;

    // The number of executions of each run, counted by the handler.
    private readonly ConcurrentDictionary<int, int> _made = new();
    private volatile bool _isMended;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("redis")]
    [InlineData("postgresql")]
    public async Task RetryAll_AfterARestartOfEverything_RetriesEachFailedRunOnce(string provider)
    {
        var missing = provider switch { "redis" => RedisServer.Missing, "postgresql" => PostgreSqlServer.Missing, _ => null };
        Assert.SkipWhen(missing is not null, missing ?? "");
        await using IDatabaseServer? server = provider switch
        {
            "redis" => await RedisServer.CreateAsync(),
            "postgresql" => await PostgreSqlServer.CreateAsync(),
            _ => null
        };
        var query = new RunQuery { Statuses = [RunStatus.Failed] };
        await using (var cluster = await StartAsync(provider, server))
        {
            var client = cluster.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();
            await Parallel.ForAsync(0, Runs, Stop, async (n, ct) => await client.DispatchAsync($"t{n % Tasks}", [n], ct: ct));
            await UntilAsync(client, query, Runs);
            using var actor = TaskActor.As("ann");
            await client.AcknowledgeAsync((await client.RunsAsync(query, Stop).FirstAsync(Stop)).RunId, "seen", Stop);
        }

        Assert.Equal(Runs, _made.Count);
        _made.Clear();
        _isMended = true;
        await using (var cluster = await StartAsync(provider, server))
        {
            var client = cluster.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();
            var failed = await client.RunsAsync(query, Stop).Select(static r => r.RunId.ToString()).ToListAsync(Stop);
            Assert.Equal(Runs, failed.Count);
            var seen = await client.RunsAsync(new RunQuery { DeadLetters = [DeadLetterState.Acknowledged] }, Stop).SingleAsync(Stop);
            Assert.Equal(("ann", "seen"), (Assert.Single(seen.Marks).By, seen.Marks[0].Note));

            var operation = await client.RetryAllAsync(RunSelection.Of(query), new RetryAllOptions { IdempotencyKey = "last night" }, Stop);
            Assert.Equal(operation,
                await client.RetryAllAsync(RunSelection.Of(query), new RetryAllOptions { IdempotencyKey = "last night" }, Stop));
            var report = (await client.WaitAsync(operation, Stop)).GetValue<RunOperationReport>();
            Assert.Equal((Runs, 0, 0), (report!.Done, report.Refused, report.Reasons.Count));

            var marked = await client.RunsAsync(query with { DeadLetters = [DeadLetterState.Retried] }, Stop).ToListAsync(Stop);
            Assert.Equal(Runs, marked.Count);
            Assert.All(marked, static r => Assert.Equal(r.RetriedBy, r.Marks[^1].RetriedBy));

            var again = new RunQuery { Statuses = [RunStatus.Succeeded], Trigger = RunTrigger.Dispatch };
            await UntilAsync(client, again, Runs + 1);
            var retried = await client.RunsAsync(again, Stop).Where(r => r.RunId != operation).Select(static r => r.RetryOf.ToString()!)
                .ToListAsync(Stop);
            Assert.Equal(failed.Order(StringComparer.Ordinal), retried.Order(StringComparer.Ordinal));
            Assert.Equal(Runs, _made.Count);
            Assert.All(_made.Values, static n => Assert.Equal(1, n));
        }
    }

    private static async Task UntilAsync(ITaskClient client, RunQuery query, int count)
    {
        while ((await client.CountRunsAsync(query, ct: Stop)).Values.Sum() < count)
        {
            await Task.Yield();
        }
    }

    private async Task<InProcessTestCluster> StartAsync(string provider, IDatabaseServer? server)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = "retry";
        builder.ConfigureSilo((_, silo) => UseStorage(silo, provider, server?.ConnectionString ?? "").AddTasks(tasks =>
        {
            for (var t = 0; t < Tasks; t++)
            {
                tasks.Define($"t{t}", (int n) =>
                {
                    _made.AddOrUpdate(n, 1, static (_, count) => count + 1);
                    return _isMended ? n : throw new InvalidOperationException("no");
                });
            }
        }));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private ISiloBuilder UseStorage(ISiloBuilder silo, string provider, string connection) => provider switch
    {
        "redis" => silo.UseRedisTasks(connection),
        "postgresql" => silo.UsePostgreSqlTasks(connection),
        _ => silo.UseSqliteTasks(Path.Combine(_folder, "tasks.db")),
    };
}
