using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansTasks.Access;

/// <summary>Wraps every mapped endpoint, and checks a request before any of its body is read.</summary>
/// <param name="landmark">The end of one endpoint's pattern. What precedes it is the path of all the endpoints.</param>
internal abstract class EndpointGuard(string landmark)
{
    /// <summary>Gets the path of the endpoints, including the prefixes of enclosing groups; null until the endpoints are built.</summary>
    public string? Path { get; private set; }

    public void Protect(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } inner)
        {
            return;
        }

        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern } && pattern.EndsWith(landmark, StringComparison.Ordinal))
        {
            Path = pattern[..^landmark.Length];
        }

        endpoint.RequestDelegate = Around(endpoint, AccessRule.IsDecided(endpoint.Metadata), inner);
    }

    /// <summary>Returns the delegate that checks the requests of an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="decided">Whether the host decided who may use the endpoint.</param>
    /// <param name="inner">The delegate that serves the accepted requests.</param>
    protected abstract RequestDelegate Around(EndpointBuilder endpoint, bool decided, RequestDelegate inner);
}
