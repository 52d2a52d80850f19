using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansTasks.Access;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the health of tasks for orchestrators and load balancers.</summary>
public static class TasksHealthEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>{prefix}/live</c> and <c>{prefix}/ready</c>: the checks with the tags <c>live</c> and <c>ready</c>, including the host's
    /// own. They return 200 with <c>Healthy</c> or <c>Degraded</c>, or 503 with <c>Unhealthy</c>, to everybody. Details, as JSON, are
    /// returned only to this machine, because they name silos and partitions.
    /// </summary>
    /// <param name="endpoints">The host's endpoints.</param>
    /// <param name="prefix">The beginning of the paths. Default: <c>/health</c>.</param>
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

    private static HealthCheckOptions Of(string tag) =>
        new() { Predicate = check => check.Tags.Contains(tag), ResponseWriter = WriteAsync };

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        if (AccessRule.Refusal(http, decided: false, []) is not null)
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
