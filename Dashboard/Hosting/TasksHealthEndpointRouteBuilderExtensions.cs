using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansTasks.Access;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves the health of tasks to whoever restarts processes and leads requests to them.</summary>
public static class TasksHealthEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves <c>{prefix}/live</c> and <c>{prefix}/ready</c>: the checks with the tags <c>live</c> and <c>ready</c>, those of the host's own among them. 200 with <c>Healthy</c> or
    /// <c>Degraded</c>, or 503 with <c>Unhealthy</c>, to everybody; what is the trouble, as JSON, only to this machine, because it names silos and partitions.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">What the paths begin with.</param>
    /// <returns>The endpoints, for further conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddHealthChecks()</c> was not called.</exception>
    public static IEndpointConventionBuilder MapTasksHealth(this IEndpointRouteBuilder endpoints, string prefix = "/health")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        var group = endpoints.MapGroup(prefix);
        group.MapHealthChecks("/live", Of(TasksHealthChecksBuilderExtensions.LiveTag));
        group.MapHealthChecks("/ready", Of(TasksHealthChecksBuilderExtensions.ReadyTag));
        return group;
    }

    private static HealthCheckOptions Of(string tag) => new() { Predicate = check => check.Tags.Contains(tag), ResponseWriter = WriteAsync };

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        if (AccessRule.Fault(http, decided: false, []) is not null)
        {
            http.Response.ContentType = "text/plain";
            return http.Response.WriteAsync(report.Status.ToString(), http.RequestAborted);
        }

        return http.Response.WriteAsJsonAsync(
            new
            {
                status = report.Status.ToString(),
                checks = report.Entries.ToDictionary(static e => e.Key, static e => new
                {
                    status = e.Value.Status.ToString(),
                    description = e.Value.Description,
                    data = e.Value.Data.ToDictionary(static d => d.Key, static d => d.Value.ToString()),
                }),
            },
            http.RequestAborted);
    }
}
