using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansTasks.Tests.Servers;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Runs a silo, and the server that it needs, for each storage provider of the library. Starts them on first use.</summary>
public sealed class StorageHosts : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-storage-").FullName;
    private readonly Dictionary<string, Task<InProcessTestCluster>> _clusters = [];
    private readonly List<IAsyncDisposable> _servers = [];
    private readonly SemaphoreSlim _gate = new(1);

    public static TheoryData<string> Names => ["memory", "sqlite", "redis", "postgresql"];

    /// <summary>Returns the grain storage of a silo. Skips the test if the server is not installed.</summary>
    internal async Task<IGrainStorage> StorageAsync(string name)
    {
        var missing = name switch
        {
            "redis" => RedisServer.Missing,
            "postgresql" => PostgreSqlServer.Missing,
            _ => null,
        };
        Assert.SkipWhen(missing is not null, missing ?? "");
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var cluster = await (_clusters.TryGetValue(name, out var known) ? known : _clusters[name] = DeployAsync(name));
            return cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in _clusters.Values.Where(c => c.IsCompletedSuccessfully))
        {
            await (await cluster).DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _gate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<InProcessTestCluster> DeployAsync(string name)
    {
        IDatabaseServer? server = name switch
        {
            "redis" => await RedisServer.CreateAsync(),
            "postgresql" => await PostgreSqlServer.CreateAsync(),
            _ => null,
        };
        if (server is not null)
        {
            _servers.Add(server);
        }

        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => UseStorage(silo, name, server?.ConnectionString ?? ""));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private ISiloBuilder UseStorage(ISiloBuilder silo, string name, string connection) => name switch
    {
        "redis" => silo.UseRedisTasks(connection),
        "postgresql" => silo.UsePostgreSqlTasks(connection),
        "sqlite" => silo.UseSqliteTasks(Path.Combine(_folder, "tasks.db")),
        _ => silo.AddMemoryGrainStorage(TaskStorage.Name),
    };
}
