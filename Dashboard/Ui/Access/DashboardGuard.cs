using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansTasks.Ui;

/// <summary>
/// Goes round every endpoint of a dashboard, its connection for interaction too: refuses what another site's page sends, and, unless the host said who may look, what does not come from this
/// machine.
/// </summary>
internal sealed class DashboardGuard(DashboardMount mount)
{
    private const string Landmark = "/{**page}";

    /// <summary>The path under which the dashboard is served, with those of the groups around it; null until its endpoints are made.</summary>
    public string? Path { get; private set; }

    public void Protect(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } inner)
        {
            return;
        }

        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern } && pattern.EndsWith(Landmark, StringComparison.Ordinal))
        {
            Path = pattern[..^Landmark.Length];
        }

        var connects = endpoint.Metadata.OfType<ConnectionMetadata>().Any();
        var decided = AccessRule.IsDecided(endpoint.Metadata);
        endpoint.RequestDelegate = http => Fault(http, connects, decided) is { } fault ? RefuseAsync(http, fault) : inner(http);
    }

    private string? Fault(HttpContext http, bool connects, bool decided)
    {
        var request = http.Request;
        if ((connects || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))) && CrossSite.Fault(request, mount.Options.AllowedOrigins) is { } foreign)
        {
            return foreign + " Name the site in TasksDashboardOptions.AllowedOrigins if it is this dashboard's own.";
        }

        return AccessRule.Fault(http, decided, mount.Options.AllowedHosts) is { } fault
            ? fault + " This dashboard is served to its own machine alone, under a name of this machine such as 127.0.0.1 or localhost. Its host opens it to others by saying who they are: "
                + "app.MapTasksDashboard(…).RequireAuthorization(…), a ViewPolicy, or TasksDashboardOptions.AllowedHosts."
            : null;
    }

    private static Task RefuseAsync(HttpContext http, string fault)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return http.Response.WriteAsync(fault);
    }
}

/// <summary>Marks the endpoints that a page is connected through.</summary>
internal sealed class ConnectionMetadata;
