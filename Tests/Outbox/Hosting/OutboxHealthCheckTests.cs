using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Outbox.Hosting;
using OrleansTasks.Outbox.Relay;

namespace OrleansTasks.Tests.Outbox.Hosting;

/// <summary>Tests what the health check says.</summary>
public sealed class OutboxHealthCheckTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2027, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly RelayStatus _relay;

    public OutboxHealthCheckTests() => _relay = new RelayStatus("shop", new OutboxOptions(), _clock);

    [Fact]
    public void Of_FailingRelay_IsUnhealthyAfterAWhile()
    {
        Assert.Equal(HealthStatus.Healthy, Check().Status);
        _relay.Set(RelayState.Failing, "the database is away");
        Assert.Equal(HealthStatus.Degraded, Check().Status);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _relay.Set(RelayState.Failing, "the database is still away");
        Assert.Equal(HealthStatus.Degraded, Check().Status);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HealthStatus.Unhealthy, Check().Status);
        Assert.Contains("the database is still away", Check().Description, StringComparison.Ordinal);
        _relay.Set(RelayState.Standby);
        Assert.Equal(HealthStatus.Healthy, Check().Status);
    }

    [Fact]
    public void Of_WaitingAndRefusedRows_IsDegraded()
    {
        _relay.Set(RelayState.Active);
        _relay.Set(new OutboxCounts(3, _clock.GetUtcNow(), 0));
        Assert.Equal(HealthStatus.Healthy, Check().Status);
        Assert.Equal("Active, 3 waiting, 0 refused", Check().Data["shop"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthStatus.Degraded, Check().Status);
        _relay.Set(new OutboxCounts(0, null, 2));
        Assert.Equal(HealthStatus.Degraded, Check().Status);
        Assert.Contains("2 dispatches were refused for good.", Check().Description, StringComparison.Ordinal);
    }

    private HealthCheckResult Check() => OutboxHealthCheck.Of([_relay]);
}
