using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace OrleansTasks.Tests.Cli.Pages;

internal static class Routes
{
    /// <summary>Returns whether a path has the form of a route. Constraints such as <c>:int</c> are not considered.</summary>
    public static bool Match(string route, string path) => new TemplateMatcher(TemplateParser.Parse(route), []).TryMatch(path, []);

    /// <summary>Returns whether an endpoint takes the request.</summary>
    public static bool Match(RouteEndpoint endpoint, CurlRequest request) =>
        endpoint.Metadata.OfType<HttpMethodMetadata>().Any(m => m.HttpMethods.Contains(request.Method))
        && Match(endpoint.RoutePattern.RawText!, request.Path);
}
