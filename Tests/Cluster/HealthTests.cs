using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests the health checks on a silo whose storage fails.</summary>
public sealed class HealthTests
{
    /// <summary>The id of the log event that says that storage works again.</summary>
    private const int StorageWorks = 252;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ready_WhileStorageFails_IsUnhealthy_AndRecovers()
    {
        var storage = new SharedStorage();
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(
            1,
            static (tasks, _) => tasks.Define("echo", (string word) => word),
            options: static o => o.Partitions = 2,
            services: static s =>
                s.AddHealthChecks().AddOrleansTasks(static o => (o.StorageWrittenWithin, o.KeptFor) = (TimeSpan.Zero, TimeSpan.Zero)),
            storage: storage,
            logs: logs);
        var health = cluster.Services(0).GetRequiredService<HealthCheckService>();
        var ready = await health.CheckHealthAsync(static c => c.Tags.Contains("ready"), Stop);
        Assert.Equal(HealthStatus.Healthy, ready.Status);
        Assert.Equal("2 of 2 active", ready.Entries["orleanstasks-ready"].Data["partitions"]);

        storage.Failure = StorageFailure.Refuses;
        var dispatch = cluster.Client.DispatchAsync("echo", ["x"], ct: Stop);
        await storage.Changes.UntilAsync(() => storage.FailuresOf("ot-log") > 0);
        ready = await health.CheckHealthAsync(static c => c.Tags.Contains("ready"), Stop);
        Assert.Equal(HealthStatus.Unhealthy, ready.Status);
        var said = Assert.Single(ready.Entries["orleanstasks-ready"].Data,
            static d => d.Key.StartsWith("storage of", StringComparison.Ordinal));
        Assert.Contains("Storage does not answer.", (string)said.Value, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(static c => c.Tags.Contains("live"), Stop)).Status);

        storage.Failure = StorageFailure.None;
        await dispatch;
        await logs.UntilAsync(StorageWorks, 1);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(static c => c.Tags.Contains("ready"), Stop)).Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ready_WhileAPartitionHasNoOwner_NamesItAndRecovers()
    {
        var storage = new SharedStorage();
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(
            1,
            static (tasks, _) => tasks.Define("echo", (string word) => word),
            options: static o => (o.Partitions, o.SupervisionPeriod) = (2, TimeSpan.FromMinutes(1)),
            services: static s => s.AddHealthChecks().AddOrleansTasks(static o => o.KeptFor = TimeSpan.Zero),
            storage: storage,
            logs: logs);
        var health = cluster.Services(0).GetRequiredService<HealthCheckService>();
        await cluster.Services(0).GetRequiredService<Running.LocalGrains>().ReleasePartitionAsync(1);
        storage.Failure = StorageFailure.Refuses;

        var ready = await health.CheckHealthAsync(static c => c.Tags.Contains("ready"), Stop);
        Assert.Equal(HealthStatus.Unhealthy, ready.Status);
        Assert.True(ready.Entries["orleanstasks-ready"].Data.ContainsKey("partition 1"));
        Assert.False(ready.Entries["orleanstasks-ready"].Data.ContainsKey("partition 0"));

        // The client asks every partition until it answers.
        storage.Failure = StorageFailure.None;
        await cluster.Client.GetSchedulerAsync(Stop);
        await logs.UntilAsync(StorageWorks, 1);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(static c => c.Tags.Contains("ready"), Stop)).Status);
    }
}
