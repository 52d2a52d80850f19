using Microsoft.AspNetCore.Http;

namespace OrleansTasks.Http;

/// <summary>Detects requests that a browser sends on behalf of another site's page.</summary>
/// <remarks>
/// Browsers send Sec-Fetch-Site (W3C Fetch Metadata), and older ones Origin (RFC 6454). Pages can change neither. Programs other than
/// browsers send neither.
/// </remarks>
internal static class CrossSite
{
    public static void Refuse(HttpRequest request, IEnumerable<string> allowedOrigins)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && Refusal(request, allowedOrigins) is { } fault)
        {
            throw new ProblemException(TaskProblems.New(
                403, "cross-site", "The request is rejected because it comes from another site", fault + " To allow the site, add it to "
                    + "TasksApiOptions.AllowedOrigins."));
        }
    }

    /// <summary>Returns the evidence that a request comes from another site's page, with any method; null if there is none.</summary>
    public static string? Refusal(HttpRequest request, IEnumerable<string> allowedOrigins)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && allowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is not ("" or "same-origin" or "none") ? $"A browser sent this from another site (Sec-Fetch-Site: {site})."
            : origin.Length > 0 && !IsOwn(origin, request.Host)
            ? $"A browser sent this from another site (Origin: {origin}; this host is {request.Host})."
            : null;
    }

    /// <summary>Compares host and port only. The scheme may differ because a proxy often terminates TLS.</summary>
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && Uri.TryCreate($"{uri.Scheme}://{host.ToUriComponent()}", UriKind.Absolute, out var own)
        && Uri.Compare(uri, own, UriComponents.HostAndPort, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
