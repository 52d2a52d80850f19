using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansTasks.Access;

/// <summary>Goes round every endpoint of what is mapped, before anything of a request is read.</summary>
/// <param name="landmark">How the pattern of one of the endpoints ends, which tells under which path they all are.</param>
internal abstract class EndpointGuard(string landmark)
{
    /// <summary>The path under which it is served, with those of the groups around it; null until its endpoints are made.</summary>
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

    /// <summary>What serves the requests of an endpoint.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="decided">Whether the host has said who may use it.</param>
    /// <param name="inner">What serves those that are let through.</param>
    protected abstract RequestDelegate Around(EndpointBuilder endpoint, bool decided, RequestDelegate inner);
}
