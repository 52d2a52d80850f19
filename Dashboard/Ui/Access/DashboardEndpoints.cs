using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>What a dashboard consists of: its pages, which are one document, the connection behind it, and its own files.</summary>
internal static class DashboardEndpoints
{
    // Everything comes from the dashboard's own host; plots and themes set styles.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'";

    public static void Map(RouteGroupBuilder group, DashboardMount mount)
    {
        group.MapBlazorHub("/_blazor").WithMetadata(new ConnectionMetadata());
        group.MapGet("/_assets/{file}", (string file, HttpRequest request) => DashboardAssets.Get(file, request)).ExcludeFromDescription();
        group.MapGet("/{**page}", (string? page, HttpContext http) => Document(page, http, mount)).WithMetadata(new DocumentMetadata(mount)).ExcludeFromDescription();
    }

    private static RazorComponentResult<DashboardDocument> Document(string? page, HttpContext http, DashboardMount mount)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return new RazorComponentResult<DashboardDocument>(new { Base = BaseOf(http.Request, page), Mount = mount.Id, mount.Options.Title });
    }

    /// <summary>The address under which this dashboard is served, as the browser sees it: with the prefix that a proxy took off, if the host knows of it.</summary>
    internal static string BaseOf(HttpRequest request, string? page)
    {
        var path = request.PathBase.Add(request.Path).Value!;
        var prefix = page is { Length: > 0 } && path.EndsWith(page, StringComparison.Ordinal) ? path[..^page.Length] : path;

        // One slash at the beginning: two would name a host, and whatever a proxy or a caller put there is no part of this program's own address.
        return new PathString("/" + prefix.Replace('\\', '/').Trim('/') + "/").ToUriComponent().Replace("//", "/", StringComparison.Ordinal);
    }
}
