using Microsoft.Extensions.Options;
using OrleansTasks;
using OrleansTasks.Access;
using OrleansTasks.Http;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Protects a host's own endpoints as those of the tasks API are.</summary>
public static class ProtectLikeTasksApiExtensions
{
    /// <summary>
    /// Refuses, with 403, what browsers send on behalf of other sites' pages, whatever the method; and, unless the endpoints are given an authorization (<c>RequireAuthorization</c>, or
    /// <c>AllowAnonymous</c>), what does not come from this machine under a name of this machine. For endpoints that run or change tasks, <c>GET</c> ones too.
    /// </summary>
    /// <typeparam name="TBuilder">The kind of endpoints.</typeparam>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="configure">Sets <see cref="TasksApiOptions.AllowedHosts"/> and <see cref="TasksApiOptions.AllowedOrigins"/>; the other options do nothing here. Null for none.</param>
    /// <returns>The endpoints.</returns>
    /// <exception cref="OptionsValidationException">Options are out of range; all faults are listed.</exception>
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
            endpoint.RequestDelegate = http => (CrossSite.Fault(http.Request, options.AllowedOrigins) ?? AccessRule.Fault(http, decided, options.AllowedHosts)) is { } fault
                ? TaskProblems.Result(TaskProblems.New(403, "refused", "Refused, because of where it comes from", fault)).ExecuteAsync(http)
                : inner(http);
        });
        return endpoints;
    }
}
