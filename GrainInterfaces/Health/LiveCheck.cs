using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansTasks.Health;

/// <summary>
/// Checks whether the process answers. A process that does not is restarted, but an unavailable database or silo is no reason for that.
/// </summary>
internal sealed class LiveCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy("The process answers."));
}
