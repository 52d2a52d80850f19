using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests files that lost a record while their silo was stopped.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private static readonly DateTimeOffset Due = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-damaged-").FullName;
    private readonly List<string> _accepted = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder, "tasks.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_TheManifestOfAPartitionIsMissing_IsAnErrorUntilTheLossIsAccepted()
    {
        await WriteAsync();
        Assert.Equal(1, Run("DELETE FROM records WHERE key = 'p0-manifest'"));
        var left = Run("UPDATE records SET store = store WHERE key LIKE 'p0-%'");
        Assert.NotEqual(0, left);

        await AssertDoesNotStartAsync("add 'p0/manifest' to TasksOptions.AcceptedLosses");
        Assert.Equal(left, Run("UPDATE records SET store = store WHERE key LIKE 'p0-%'"));

        _accepted.Add("p0/manifest");
        await using var silo = await OpenAsync();
        var client = silo.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();
        Assert.Empty(await client.GetTask("echo").RunsAsync(10, ct: Stop));
    }

    [Fact]
    public async Task Start_AllRecordsOfAPartitionAreMissing_IsAnError()
    {
        await WriteAsync();
        Assert.NotEqual(0, Run("DELETE FROM records WHERE key LIKE 'p0-%'"));

        await AssertDoesNotStartAsync("the registry of partitions has it");
    }

    private async Task AssertDoesNotStartAsync(string reason)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var silo = await OpenAsync();
        });
        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
    }

    private async Task WriteAsync()
    {
        await using var silo = await OpenAsync();
        var client = silo.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();
        await client.DispatchAsync("echo", ["pending"], new DispatchOptions { At = Due }, Stop);
        await silo.StopAllSilosAsync();
    }

    private async Task<InProcessTestCluster> OpenAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.UseSqliteTasks(Path).AddTasks(
            tasks => tasks.Define("echo", (string word) => word),
            options =>
            {
                options.Partitions = 1;
                options.AcceptedLosses.UnionWith(_accepted);
            }));
        var cluster = builder.Build();
        try
        {
            await cluster.DeployAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private int Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
