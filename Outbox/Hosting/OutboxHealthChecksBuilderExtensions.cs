using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansTasks;
using OrleansTasks.Outbox.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health check of outboxes.</summary>
public static class OutboxHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds the health check <c>orleanstasks-outbox</c>, which reports on the relays of this process. It is unhealthy if a relay fails for
    /// <see cref="OutboxOptions.UnhealthyAfter"/>, and degraded if it fails for less, if a dispatch waits that long, or if dispatches were
    /// refused. It has no tag, because neither a restart nor another process helps.
    /// </summary>
    /// <param name="builder">The result of <c>AddHealthChecks()</c>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IHealthChecksBuilder AddOrleansTasksOutbox(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration("orleanstasks-outbox", static s => new OutboxHealthCheck(s), null, null));
    }
}
