using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansTasks.Health;

/// <summary>Whether the process answers. A process that does not is started again; that a database or a silo is away is no reason to.</summary>
internal sealed class LiveCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(HealthCheckResult.Healthy("The process answers."));
}
