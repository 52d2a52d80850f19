using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansTasks.Access;
using OrleansTasks.Http;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>
/// Wraps every endpoint of a dashboard. It rejects changes and connections that come from other sites' pages. Unless the host decides who
/// may read, it also rejects requests that do not come from this machine.
/// </summary>
internal sealed class DashboardGuard(DashboardMount mount) : EndpointGuard("/{**page}")
{
    protected override RequestDelegate Around(EndpointBuilder endpoint, bool decided, RequestDelegate inner)
    {
        var connects = endpoint.Metadata.OfType<ConnectionMetadata>().Any();
        return http => Fault(http, connects, decided) is { } fault ? RefuseAsync(http, fault) : inner(http);
    }

    private string? Fault(HttpContext http, bool connects, bool decided)
    {
        var request = http.Request;
        if ((connects || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            && CrossSite.Refusal(request, mount.Options.AllowedOrigins) is { } foreign)
        {
            return foreign + " If the site is this dashboard's own, add it to TasksDashboardOptions.AllowedOrigins.";
        }

        return AccessRule.Refusal(http, decided, mount.Options.AllowedHosts) is { } fault
            ? fault + " This dashboard serves only its own machine, under a name of this machine such as 127.0.0.1 or localhost. Its host "
                + "opens it to others with one of these: "
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

/// <summary>Marks the endpoints of the connection that a page uses for interaction.</summary>
internal sealed class ConnectionMetadata;
