using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansTasks.Outbox.Relay;

namespace OrleansTasks.Outbox.Hosting;

/// <summary>Reports what the relays of this process do.</summary>
/// <param name="services">The services of the host.</param>
internal sealed class OutboxHealthCheck(IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var relays = services.GetServices<OutboxRegistration>().Select(r => services.GetRequiredKeyedService<RelayStatus>(r.Name));
        return Task.FromResult(Of(relays));
    }

    /// <summary>Returns the result for relays.</summary>
    public static HealthCheckResult Of(IEnumerable<RelayStatus> relays)
    {
        var worst = HealthStatus.Healthy;
        var troubles = new List<string>();
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var relay in relays)
        {
            var report = relay.Report;
            var (status, trouble) = Of(relay, report);
            worst = status < worst ? status : worst;
            if (trouble is not null)
            {
                troubles.Add($"Outbox '{relay.Name}': {trouble}");
            }

            data[relay.Name] = report.Counts is { } counts
                ? $"{report.State}, {counts.Waiting} waiting, {counts.Refused} refused"
                : $"{report.State}";
        }

        return new HealthCheckResult(worst, troubles.Count == 0 ? "Dispatches are handed over." : string.Join(" ", troubles), data: data);
    }

    private static (HealthStatus Status, string? Trouble) Of(RelayStatus relay, RelayReport report)
    {
        var now = relay.Time.GetUtcNow();
        var limit = relay.Options.UnhealthyAfter;
        if (report.State is RelayState.Failing or RelayState.Starting)
        {
            var isLong = now - report.Since >= limit;
            return report.State == RelayState.Starting && !isLong
                ? (HealthStatus.Healthy, null)
                : (isLong ? HealthStatus.Unhealthy : HealthStatus.Degraded,
                    $"the relay fails since {report.Since:u}. {report.Trouble ?? "It has not reached the database yet."}");
        }

        return report.Counts switch
        {
            { Oldest: { } oldest } when now - oldest >= limit =>
                (HealthStatus.Degraded, $"a dispatch waits since {oldest:u}, or was postponed."),
            { Refused: > 0 and var refused } => (HealthStatus.Degraded, $"{refused} dispatches were refused for good."),
            _ => (HealthStatus.Healthy, null),
        };
    }
}
