using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Client.Links;
using OrleansTasks.Health;

namespace OrleansTasks.Tests.Unit.Health;

public sealed class ReadyCheckTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Dictionary<long, Func<Task<PartitionInfo>>> _partitions = [];
    private readonly ClusterLink _link;
    private readonly ReadyCheck _check;
    private int _asked;

    public ReadyCheckTests()
    {
        _link = new ClusterLink(_clock, NullLogger.Instance);
        _link.Start();
        var grains = FakeOf<IGrainFactory>.New()
            .On(nameof(IGrainFactory.GetGrain), a => Grain(GrainId.Create(GrainType.Create("partition"), (IdSpan)a[1]!).GetIntegerKey()));
        _check = new ReadyCheck(grains.Face, _link, _clock, Options.Create(new TasksHealthOptions()));
        foreach (var p in new[] { 0, 1 })
        {
            Answer(p, new PartitionInfo { Partition = p, PartitionCount = 2, Silo = "S1", Started = true });
        }
    }

    [Fact]
    public async Task Ready_NoFaults_IsHealthy()
    {
        var result = await LookAsync();
        Assert.Equal((HealthStatus.Healthy, "2 of 2 active", "started"),
            (result.Status, result.Data["partitions"], result.Data["scheduler"]));
    }

    [Fact]
    public async Task Ready_WhilePartitionsHaveNoOwner_NamesThemAndWhy()
    {
        await LookAsync();
        _partitions[1] = static () => Task.FromException<PartitionInfo>(new PartitionMovedException("Partition 1 is being taken over."));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var result = await LookAsync();
        Assert.Equal((HealthStatus.Unhealthy, "1 of 2 active", "unknown"),
            (result.Status, result.Data["partitions"], result.Data["scheduler"]));
        Assert.Equal("Partition 1 is being taken over.", result.Data["partition 1"]);
        Assert.Contains("1 of 2 partitions", result.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_PartitionDoesNotAnswer_IsNotDelayed()
    {
        _partitions[1] = static () => new TaskCompletionSource<PartitionInfo>().Task;
        var looking = LookAsync();
        _clock.Advance(TimeSpan.FromSeconds(3));
        var result = await looking;
        Assert.Equal((HealthStatus.Unhealthy, "It does not answer within 00:00:03."), (result.Status, result.Data["partition 1"]));
    }

    [Theory]
    [InlineData(9, HealthStatus.Degraded)]
    [InlineData(10, HealthStatus.Unhealthy)]
    public async Task Ready_WhileStorageFails_IncludesItsError(int seconds, HealthStatus expected)
    {
        Answer(1,
            new PartitionInfo
            {
                Partition = 1,
                PartitionCount = 2,
                Silo = "S2",
                Started = true,
                StorageTrouble = "partition p1: disk full",
                StorageFailsFor = TimeSpan.FromSeconds(seconds)
            });
        var result = await LookAsync();
        Assert.Equal(expected, result.Status);
        Assert.Equal($"partition p1: disk full (for {seconds} s)", result.Data["storage of S2"]);
    }

    [Fact]
    public async Task Ready_FirstPartitionNeverAnswered_ReportsTheOthersAsUnknown()
    {
        _partitions[0] = static () => throw new TimeoutException();
        var result = await LookAsync();
        Assert.Equal((HealthStatus.Unhealthy, "0 of ? active"), (result.Status, result.Data["partitions"]));
    }

    [Fact]
    public async Task Ready_ConnectionLost_MakesNoCall()
    {
        _link.NotifyClusterConnectionLost();
        var result = await LookAsync();
        Assert.Equal((HealthStatus.Unhealthy, 0), (result.Status, _asked));
    }

    [Fact]
    public async Task Ready_BeforeTheStartAndAfterTheEnd_IsUnhealthy()
    {
        var idle = new ReadyCheck(FakeOf<IGrainFactory>.New().Face, new ClusterLink(_clock, NullLogger.Instance), _clock,
            Options.Create(new TasksHealthOptions()));
        Assert.Equal(HealthStatus.Unhealthy,
            (await idle.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
        _link.Stop();
        Assert.Equal(HealthStatus.Unhealthy, (await LookAsync()).Status);
    }

    [Fact]
    public async Task Ready_ManyRequests_AskTheClusterOnceASecond()
    {
        await Task.WhenAll(LookAsync(), LookAsync(), LookAsync());
        Assert.Equal(2, _asked);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        Assert.Equal(4, _asked);
    }

    [Fact]
    public void Options_OutOfRange_AreReported() =>
        Assert.Equal(3,
            new TasksHealthOptions
            {
                AnswerWithin = TimeSpan.Zero,
                StorageWrittenWithin = TimeSpan.FromDays(1),
                KeptFor = TimeSpan.FromSeconds(-1)
            }.Faults().Count);

    private void Answer(long partition, PartitionInfo info) => _partitions[partition] = () => Task.FromResult(info);

    private ISchedulerGrain Grain(long partition) => FakeOf<ISchedulerGrain>.New().On(nameof(ISchedulerGrain.DescribeAsync), _ =>
    {
        Interlocked.Increment(ref _asked);
        return _partitions[partition]();
    }).Face;

    private Task<HealthCheckResult> LookAsync() => _check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
}
