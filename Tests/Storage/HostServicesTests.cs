using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Orleans.Storage;
using OrleansTasks.Tests.Servers;
using StackExchange.Redis;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests silos and clients that use connections of their host, or its connection strings by name.</summary>
public sealed class HostServicesTests
{
    private const string Key = "tasks";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("container")]
    [InlineData("key")]
    [InlineData("name")]
    public async Task Redis_ProvidedByTheHost_KeepsTasks(string from)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        await using var server = await RedisServer.CreateAsync();
        await using var own = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await RunAsync(
            services => Register<IConnectionMultiplexer>(services, from, own),
            from == "name" ? server.ConnectionString : null,
            silo => silo.UseRedisTaskClustering(Set).UseRedisTasks(Set),
            client => client.UseRedisTaskClustering(Set));

        // The connection belongs to the host, and must stay open.
        Assert.True(own.IsConnected);
        Assert.NotEqual(0, await own.GetServers()[0].DatabaseSizeAsync());

        void Set(RedisTasksOptions options) =>
            (options.ServiceKey, options.ConnectionName) = (from == "key" ? Key : null, from == "name" ? Key : null);
    }

    [Theory]
    [InlineData("container")]
    [InlineData("key")]
    [InlineData("name")]
    public async Task PostgreSql_ProvidedByTheHost_KeepsTasks(string from)
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        await using var server = await PostgreSqlServer.CreateAsync();
        await using var own = NpgsqlDataSource.Create(server.ConnectionString);
        await RunAsync(
            services => Register(services, from, own),
            from == "name" ? server.ConnectionString : null,
            silo => silo.UsePostgreSqlTaskClustering(Set).UsePostgreSqlTasks(Set),
            client => client.UsePostgreSqlTaskClustering(Set));

        // The data source stays open, its connections are unchanged, and all tables are in the schema.
        await using var search = own.CreateCommand("SHOW search_path");
        Assert.DoesNotContain("orleans_tasks", (string)(await search.ExecuteScalarAsync(Stop))!, StringComparison.Ordinal);
        await using var rows = own.CreateCommand("SELECT count(*) FROM orleans_tasks.grainstate");
        Assert.NotEqual(0L, await rows.ExecuteScalarAsync(Stop));
        await using var elsewhere = own.CreateCommand("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'");
        Assert.Equal(0L, await elsewhere.ExecuteScalarAsync(Stop));

        void Set(PostgreSqlTasksOptions options) =>
            (options.ServiceKey, options.ConnectionName) = (from == "key" ? Key : null, from == "name" ? Key : null);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("Data Source={0}")]
    public async Task Sqlite_NamedConnectionString_UsesThatFile(string connection)
    {
        var folder = Directory.CreateTempSubdirectory("ot-name-");
        try
        {
            var file = Path.Combine(folder.FullName, "named.db");
            await RunAsync(_ => { }, string.Format(null, connection, file),
                silo => silo.UseLocalhostClustering(Ports[0], Ports[1]).UseSqliteTasks(o => o.ConnectionName = Key), null);
            Assert.True(File.Exists(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void ConnectionString_Missing_IsNamedInTheError()
    {
        foreach (var use in new Action<ISiloBuilder>[]
        {
            s => s.UseRedisTasks(o => o.ConnectionName = Key), s => s.UseRedisTaskClustering(o => o.ConnectionName = Key),
            s => s.UsePostgreSqlTasks(o => o.ConnectionName = Key), s => s.UsePostgreSqlTaskClustering(o => o.ConnectionName = Key),
            s => s.UseSqliteTasks(o => o.ConnectionName = Key),
        })
        {
            var builder = Host.CreateApplicationBuilder();
            Assert.Contains("ConnectionStrings:tasks",
                Assert.Throws<ArgumentException>(() => builder.UseOrleans(silo => use(silo))).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The schema is set on a connection that leaves the pool, and must be reset when the connection returns.</summary>
    [Theory]
    [InlineData("No Reset On Close=true")]
    [InlineData("Multiplexing=true")]
    public async Task Start_DataSourceWithoutSchemaSupport_GivesTheReason(string setting)
    {
        await using var own = NpgsqlDataSource.Create($"Host=127.0.0.1;Port=1;{setting}");
        foreach (var use in new Action<ISiloBuilder>[]
        {
            s => s.UseLocalhostClustering(Ports[0], Ports[1]).UsePostgreSqlTasks(), s => s.UsePostgreSqlTaskClustering().UseInMemoryTasks()
        })
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Services.AddSingleton(own);
            builder.UseOrleans(silo => use(silo.AddTasks()));
            var e = await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                using var host = builder.Build();
                await host.StartAsync(Stop);
            });
            Assert.Contains($"'{setting}'", e.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task SqliteOptions_IneffectiveName_AreRejected()
    {
        foreach (var use in new Action<ISiloBuilder>[]
        {
            s => s.UseSqliteTasks("a.db", o => o.ConnectionName = Key),
            s => s.UseSqliteTasks(o => (o.Path, o.ConnectionName) = ("a.db", Key))
        })
        {
            var refused = Host.CreateApplicationBuilder();
            Assert.Contains("set only one of them", Assert.Throws<ArgumentException>(() => refused.UseOrleans(silo => use(silo))).Message,
                StringComparison.Ordinal);
        }

        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(
            silo =>
                silo.UseLocalhostClustering(Ports[0], Ports[1]).UseSqliteTasks("a.db").AddTasks()
                    .Services.Configure<SqliteTasksOptions>(o => o.ConnectionName = Key));
        var e = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync(Stop);
        });
        Assert.Contains("which does nothing when it is set there", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithTwoLocations_AreRejected()
    {
        foreach (var use in new Action<ISiloBuilder>[]
        {
            s => s.UseRedisTasks(o => (o.ConnectionString, o.ServiceKey) = ("localhost", Key)),
            s => s.UsePostgreSqlTasks("Host=localhost", o => o.ServiceKey = Key),
        })
        {
            var builder = Host.CreateApplicationBuilder();
            Assert.Contains("ServiceKey", Assert.Throws<ArgumentException>(() => builder.UseOrleans(silo => use(silo))).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("IConnectionMultiplexer")]
    [InlineData("NpgsqlDataSource")]
    public async Task Start_MissingHostService_NamesIt(string missing)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(Ports[0], Ports[1]).AddTasks();
            _ = missing == "NpgsqlDataSource" ? silo.UsePostgreSqlTasks() : silo.UseRedisTasks();
        });
        var e = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync(Stop);
        });
        Assert.Contains($"no {missing} is registered", e.ToString(), StringComparison.Ordinal);
    }

    private static int[] Ports => field ??= Servers.Ports.Take(2);

    private static void Register<T>(IServiceCollection services, string from, T instance)
        where T : class
    {
        if (from == "container")
        {
            services.AddSingleton(instance);
        }
        else if (from == "key")
        {
            services.AddKeyedSingleton(Key, instance);
        }
    }

    /// <summary>Starts a silo and runs a stored task. Also starts a client if the test says how to find the silo.</summary>
    private static async Task RunAsync(Action<IServiceCollection> services, string? connection, Func<ISiloBuilder, ISiloBuilder> use,
        Func<IClientBuilder, IClientBuilder>? find)
    {
        var ports = Servers.Ports.Take(2);
        using var silo = Build(b => b.UseOrleans(s =>
        {
            s.ConfigureEndpoints(System.Net.IPAddress.Loopback, ports[0], ports[1]);
            use(s).AddTasks(t => t.Define("double", static (int n) => 2 * n));
        }));
        await silo.StartAsync(Stop);
        Assert.Equal(42, await silo.Services.GetRequiredService<ITaskClient>().RunAsync<int>("double", [21], ct: Stop));
        var run = await silo.Services.GetRequiredService<ITaskClient>().DispatchAsync("double", [21], ct: Stop);
        if (find is not null)
        {
            using var client = Build(b => b.UseOrleansClient(c => find(c).AddTaskClient()));
            await client.StartAsync(Stop);
            Assert.Equal(42, (await client.Services.GetRequiredService<ITaskClient>().WaitAsync(run, Stop)).GetValue<int>());
            await client.StopAsync(Stop);
        }

        Assert.NotNull(silo.Services.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name));
        await silo.StopAsync(Stop);

        IHost Build(Action<HostApplicationBuilder> orleans)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create($"ConnectionStrings:{Key}", connection)]);
            services(builder.Services);
            orleans(builder);
            return builder.Build();
        }
    }
}
