using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Ui;

/// <summary>
/// Goes round every endpoint of a dashboard, its connection for interaction too: refuses what another site's page sends, and, unless the host said who may look, what does not come from this
/// machine.
/// </summary>
internal sealed class DashboardGuard(DashboardMount mount)
{
    // What proxies add when they pass a request on: it only seems to come from this machine.
    private static readonly string[] Forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Host", "X-Real-IP", "Via"];

    public void Protect(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } inner)
        {
            return;
        }

        var connects = endpoint.Metadata.OfType<ConnectionMetadata>().Any();
        var decided = endpoint.Metadata.Any(m => m is IAuthorizeData or IAllowAnonymous or AuthorizationPolicy);
        endpoint.RequestDelegate = http => Fault(http, connects, decided) is { } fault ? RefuseAsync(http, fault) : inner(http);
    }

    private string? Fault(HttpContext http, bool connects, bool decided)
    {
        var request = http.Request;
        if ((connects || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))) && CrossSite.Fault(request, mount.Options.AllowedOrigins) is { } foreign)
        {
            return foreign + " Name the site in TasksDashboardOptions.AllowedOrigins if it is this dashboard's own.";
        }

        return decided || IsFromHere(http)
            ? null
            : "This dashboard is served to its own machine alone, under a name of this machine such as 127.0.0.1 or localhost. Its host opens it to others by saying who they are: "
                + "app.MapTasksDashboard(…).RequireAuthorization(…), or a ViewPolicy.";
    }

    /// <summary>A name of this machine is demanded too: a page of another site may have its own name lead here (DNS rebinding).</summary>
    private static bool IsFromHere(HttpContext http) =>
        (http.Connection.RemoteIpAddress is not { } remote || IPAddress.IsLoopback(remote) || remote.Equals(http.Connection.LocalIpAddress))
        && !Forwarded.Any(http.Request.Headers.ContainsKey)
        && IsNameOfHere(http.Request.Host.Host);

    private static bool IsNameOfHere(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _);

    private static Task RefuseAsync(HttpContext http, string fault)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(fault);
    }
}

/// <summary>Marks the endpoints that a page is connected through.</summary>
internal sealed class ConnectionMetadata;
