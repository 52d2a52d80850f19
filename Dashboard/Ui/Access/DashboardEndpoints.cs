using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansTasks.Settings;

namespace OrleansTasks.Ui;

/// <summary>
/// Maps the endpoints of a dashboard: one document for all pages, the connection for interaction, and the dashboard's files.
/// </summary>
internal static class DashboardEndpoints
{
    // All content comes from the dashboard's own host. Inline styles are allowed because plots and themes set them.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; object-src "
            + "'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'self'";

    public static void Map(RouteGroupBuilder group, DashboardMount mount)
    {
        group.MapBlazorHub("/_blazor").WithMetadata(new ConnectionMetadata());
        group.MapGet("/_assets/{file}", (string file, HttpRequest request) => DashboardAssets.Get(file, request)).ExcludeFromDescription();
        group.MapGet("/{**page}", (string? page, HttpContext http) => Document(page, http, mount)).WithMetadata(new DocumentMetadata(mount))
            .ExcludeFromDescription();
    }

    private static RazorComponentResult<DashboardDocument> Document(string? page, HttpContext http, DashboardMount mount)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        return new RazorComponentResult<DashboardDocument>(
            new { Base = BaseOf(http.Request, page), Mount = mount.Id, mount.Options.Title })
        {
            StatusCode = HasPage(page) ? StatusCodes.Status200OK : StatusCodes.Status404NotFound,
        };
    }

    /// <summary>
    /// Returns whether some page has an address. The router in the browser shows the page itself; a task or a run that is not known has
    /// a page that says so.
    /// </summary>
    internal static bool HasPage(string? page) => (page ?? "").Trim('/').Split('/') switch
    {
        [""] or ["list" or "runs" or "live"] => true,
        ["task" or "run" or "batch", { Length: > 0 }] => true,
        _ => false,
    };

    /// <summary>
    /// Returns the address of the dashboard as the browser sees it. It includes a prefix that a proxy removed, if the host knows that
    /// prefix.
    /// </summary>
    internal static string BaseOf(HttpRequest request, string? page)
    {
        var path = request.PathBase.Add(request.Path).Value!;
        var prefix = page is { Length: > 0 } && path.EndsWith(page, StringComparison.Ordinal) ? path[..^page.Length] : path;

        // The address begins with exactly one slash, because two would name another host. A proxy or a caller controls the prefix.
        return new PathString("/" + prefix.Replace('\\', '/').Trim('/') + "/").ToUriComponent()
            .Replace("//", "/", StringComparison.Ordinal);
    }
}
