using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.Access;
using OrleansTasks.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Protects a host's own endpoints in the same way as the tasks API.</summary>
public static class ProtectLikeTasksApiExtensions
{
    /// <summary>
    /// Rejects, with 403, requests that browsers send on behalf of other sites' pages, with any method. Unless the endpoints have an
    /// authorization (<c>RequireAuthorization</c> or <c>AllowAnonymous</c>), it also rejects requests that do not come from this machine
    /// under a name of this machine. Use it for endpoints that run or change tasks, including <c>GET</c> endpoints.
    /// </summary>
    /// <typeparam name="TBuilder">The type of the endpoint convention builder.</typeparam>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="configure">Sets <see cref="TasksApiOptions.AllowedHosts"/> and <see cref="TasksApiOptions.AllowedOrigins"/>. Other
    /// options have no effect here. Null keeps the defaults.</param>
    /// <returns>The same endpoints, so that calls can be chained.</returns>
    /// <exception cref="OptionsValidationException">An option is out of range. The exception lists all faults.</exception>
    public static TBuilder ProtectLikeTasksApi<TBuilder>(this TBuilder endpoints, Action<TasksApiOptions>? configure = null)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var options = new TasksApiOptions();
        configure?.Invoke(options);
        if (options.Faults() is { Count: > 0 } faults)
        {
            throw new OptionsValidationException(nameof(TasksApiOptions), typeof(TasksApiOptions), faults);
        }

        endpoints.Finally(endpoint =>
        {
            if (endpoint.RequestDelegate is not { } inner)
            {
                return;
            }

            var decided = AccessRule.IsDecided(endpoint.Metadata);
            endpoint.RequestDelegate = http => Refusal(http) is { } fault
                ? TaskProblems.Result(TaskProblems.New(403, "refused", "The request is rejected because of its origin", fault))
                    .ExecuteAsync(http)
                : inner(http);

            string? Refusal(HttpContext http) => CrossSite.Refusal(http.Request, options.AllowedOrigins)
                ?? AccessRule.Refusal(http, decided, options.AllowedHosts);
        });
        return endpoints;
    }
}
