using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansTasks.Client;
using OrleansTasks.Tests.Outbox.EntityFrameworkCore;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Outbox.Hosting;

/// <summary>Tests relays in the host of a real silo.</summary>
public sealed class OutboxHostTests(OutboxDatabases databases)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatch_Committed_RunsWithItsIdHeadersAndTrace()
    {
        var db = await databases.CreateAsync(OutboxDatabase.Sqlite);
        var seen = new TaskCompletionSource<(RunId Run, string To, string? Tenant)>();
        using var host = await StartAsync(
            tasks => tasks.Define("send-mail", (string to, TaskRunContext run) =>
            {
                seen.TrySetResult((run.RunId, to, run.Headers.GetValueOrDefault("tenant")));
                return to.Length;
            }),
            services => services.AddTaskOutbox(_ => db.Connect()));
        await using var connection = await db.OpenAsync();
        await new TaskOutbox().CreateTablesAsync(connection, Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        var run = await transaction.DispatchAsync(
            "send-mail", ["ada"], new DispatchOptions { Headers = new Dictionary<string, string> { ["tenant"] = "7" } }, ct: Stop);
        await transaction.CommitAsync(Stop);

        Assert.Equal((run, "ada", "7"), await seen.Task.WaitAsync(Patience, TimeProvider.System, Stop));
        var result = await host.Services.GetRequiredService<ITaskClient>().WaitAsync(run, Stop);
        Assert.Equal(3, result.GetValue<int>());
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Dispatch_HandedOverTwice_RunsOnce()
    {
        var ran = new ConcurrentBag<RunId>();
        using var host = await StartAsync(tasks => tasks.Define("count", (TaskRunContext run) => ran.Add(run.RunId)), _ => { });
        var client = host.Services.GetRequiredService<ITaskClient>();
        var runs = (IGivenRuns)client;
        var options = new DispatchOptions { IdempotencyKey = "outbox:1" };
        var id = RunId.New("count", TimeProvider.System);
        Assert.Equal(id, await runs.DispatchAsync(new GivenRun(id, false), null, options, Stop));
        await client.WaitAsync(id, Stop);
        Assert.Equal(id, await runs.DispatchAsync(new GivenRun(id, true), null, options, Stop));
        Assert.Equal(id, await runs.DispatchAsync(new GivenRun(id, false), null, options, Stop));
        await client.WaitAsync(id, Stop);
        await client.RunAsync("count", ct: Stop);

        Assert.Equal(2, ran.Count);
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task Context_OnPostgreSql_RunsWithinAFractionOfASecond()
    {
        var db = await databases.CreateAsync(OutboxDatabase.PostgreSql);
        var started = new ConcurrentDictionary<RunId, TaskCompletionSource<long>>();
        using var host = await StartAsync(
            tasks => tasks.Define("send-mail", (TaskRunContext run) =>
            {
                Started(run.RunId).SetResult(Stopwatch.GetTimestamp());
            }),
            services =>
            {
                services.AddDbContextPool<ShopContext>(o => o.UseNpgsql(db.ConnectionString));
                services.AddTaskOutbox<ShopContext>();
                services.AddHealthChecks().AddOrleansTasksOutbox();
            },
            async services =>
            {
                await using var scope = services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<ShopContext>().Database.EnsureCreatedAsync(Stop);
            });

        var latencies = new List<TimeSpan>();
        for (var i = 0; i < 60; i++)
        {
            await using var scope = host.Services.CreateAsyncScope();
            var shop = scope.ServiceProvider.GetRequiredService<ShopContext>();
            shop.Orders.Add(new Order { Product = "tea" });
            var run = shop.Dispatch("send-mail");
            await shop.SaveChangesAsync(Stop);
            var committed = Stopwatch.GetTimestamp();
            latencies.Add(Stopwatch.GetElapsedTime(committed, await Started(run).Task.WaitAsync(Patience, TimeProvider.System, Stop)));
        }

        var last = latencies[10..].Order().ToList();
        TestContext.Current.SendDiagnosticMessage(
            $"From commit to the handler: p50 {last[25].TotalMilliseconds:0.0} ms, longest {last[^1].TotalMilliseconds:0.0} ms.");
        Assert.True(last[25] < TimeSpan.FromMilliseconds(100), $"{last[25]}");
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.StartsWith("Active", (string)report.Entries["orleanstasks-outbox"].Data["ShopContext"], StringComparison.Ordinal);
        await host.StopAsync(Stop);

        TaskCompletionSource<long> Started(RunId run) =>
            started.GetOrAdd(run, static _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    [Fact]
    public async Task Start_OptionsOutOfRange_ListsAllFaults()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddTaskOutbox(_ => throw new NotSupportedException(), o =>
        {
            o.BatchSize = 0;
            o.PollPeriod = TimeSpan.FromSeconds(5);
            o.Tables = new OutboxTables { Outbox = "My Table" };
        });
        using var host = builder.Build();
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Stop));
        Assert.Contains("OutboxOptions.BatchSize is 0; 1 to 1000 are allowed.", e.Message, StringComparison.Ordinal);
        Assert.Contains("OutboxOptions.MaxPollPeriod is 00:00:02", e.Message, StringComparison.Ordinal);
        Assert.Contains("OutboxTables.Outbox is 'My Table'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_SameNameTwice_IsRefused()
    {
        var services = new ServiceCollection().AddTaskOutbox(_ => throw new NotSupportedException());
        var e = Assert.Throws<InvalidOperationException>(() => services.AddTaskOutbox(_ => throw new NotSupportedException()));
        Assert.Contains("The outbox 'default' is added twice.", e.Message, StringComparison.Ordinal);
    }

    private static async Task<IHost> StartAsync(Action<TasksBuilder> tasks, Action<IServiceCollection> configure,
        Func<IServiceProvider, Task>? prepare = null)
    {
        var ports = Ports.Take(2);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(ports[0], ports[1]).UseInMemoryTasks().AddTasks(tasks));
        configure(builder.Services);
        var host = builder.Build();
        if (prepare is not null)
        {
            await prepare(host.Services);
        }

        await host.StartAsync(Stop);
        return host;
    }
}
