using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansTasks.Access;

/// <summary>
/// Decides who may use the API and the dashboard until the host configures access. It serves requests that come directly from this machine
/// under a name of this machine, and requests under the configured host names.
/// </summary>
/// <remarks>
/// The rule checks the host name because a page of any site can point its own name at a loopback address (DNS rebinding). To the browser,
/// that page and this program are then the same site.
/// </remarks>
internal static class AccessRule
{
    // Proxies and content delivery networks add these headers. A request with one of them only seems to come from this machine.
    private static readonly string[] ProxyHeaders =
    [
        "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Scheme", "X-Host", "X-NginX-Proxy",
        "X-Rewrite-URL", "X-Original-URL", "X-URL-Scheme",
        "True-Client-IP", "Client-IP", "CF-Connecting-IP", "CF-Ray", "CDN-Loop", "Fastly-Client-IP", "Fly-Client-IP", "Front-End-Https",
        "Proxy-Connection", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-Varnish", "X-BlueCoat-Via",
        "X-Sucuri-ClientIP", "X-Nf-Client-Connection-Ip", "Surrogate-Capability",
    ];

    private static readonly string[] ProxyHeaderPrefixes = ["X-Forwarded-", "X-Original-", "X-Envoy-", "X-Azure-", "X-ARR-", "X-Appengine-",
        "X-Accel-", "X-Traefik-", "Tailscale-", "Ngrok-", "X-Vercel-", "X-Akamai-", "Akamai-", "CloudFront-", "X-Amz-Cf-", "Fly-", "Incap-",
        "X-MS-", "X-Kong-", "X-Squid-"];

    /// <summary>Returns whether the host decided who may use an endpoint: with an authorization, or by opening it to everybody.</summary>
    public static bool IsDecided(IEnumerable<object> metadata) =>
        metadata.Any(m => m is IAuthorizeData or IAllowAnonymous or AuthorizationPolicy);

    /// <summary>Finds the reason to reject a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="decided">Whether the host decided who may use the endpoint.</param>
    /// <param name="allowedHosts">
    /// Host names under which requests from other machines are accepted. If there are any, all names except these and this machine's own
    /// are rejected, even with an authorization.
    /// </param>
    /// <returns>The reason, or null if the request is accepted.</returns>
    public static string? Refusal(HttpContext http, bool decided, IList<string> allowedHosts)
    {
        if (allowedHosts.Count > 0 && IsNamed(http.Request.Host, allowedHosts))
        {
            return null;
        }

        if (http.Features.Get<IHttpConnectionFeature>() is not { } connection)
        {
            // The request has no connection: the program sends it to itself, as tests do.
            return null;
        }

        var (remote, local) = (Plain(connection.RemoteIpAddress), Plain(connection.LocalIpAddress));
        if (!IsNameOfHere(http.Request.Host, local))
        {
            return decided && allowedHosts.Count == 0 ? null : $"The host name of the request is '{Short(http.Request.Host.Value)}', "
                + "which is not a name of this machine.";
        }

        return decided ? null
            : remote is null ? "The connection has no remote address, as with a Unix domain socket."
            : !IPAddress.IsLoopback(remote) && !remote.Equals(local) ? $"It comes from another machine ({remote})."
            : HttpProtocol.IsHttp10(http.Request.Protocol) || HttpProtocol.IsHttp09(http.Request.Protocol) ? "It comes through a proxy: "
                + $"only proxies still use {http.Request.Protocol}."
            : http.Request.Headers.Keys.FirstOrDefault(IsOfProxies) is { } header
            ? $"It comes through a proxy, which added the header {Short(header)}."
            : null;
    }

    /// <summary>Lists the errors in the host names that options contain.</summary>
    public static IEnumerable<string> HostFaults(IEnumerable<string> hosts, string options) => hosts
        .Where(host => !IsHost(host))
        .Select(
            host =>
                $"{options}.AllowedHosts is '{Short(host)}'; allowed: a host name or an IP address alone, such as tasks.example.com, "
                    + "*.example.com or 10.0.0.11, without scheme, port and path.");

    private static bool IsHost(string host) =>
        Uri.CheckHostName(
            (host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host).Trim('[', ']')) is not UriHostNameType.Unknown;

    private static bool IsNamed(HostString host, IEnumerable<string> allowedHosts) => allowedHosts.Any(allowed =>
        allowed.StartsWith("*.", StringComparison.Ordinal)
            ? host.Host.Length > allowed.Length - 1 && host.Host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase)
            : host.Host.Trim('[', ']').Equals(allowed.Trim('[', ']'), StringComparison.OrdinalIgnoreCase));

    private static bool IsNameOfHere(HostString host, IPAddress? local)
    {
        var name = host.Host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && Plain(address) is { } plain
                && (IPAddress.IsLoopback(plain) || plain.Equals(local)));
    }

    private static bool IsOfProxies(string header) =>
        ProxyHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
            || ProxyHeaderPrefixes.Any(p => header.StartsWith(p, StringComparison.OrdinalIgnoreCase));

    /// <summary>Maps an IPv4 address in IPv6 form back to IPv4. A socket that serves both reports that form.</summary>
    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static string Short(string? text) => Sanitized.Text(text, 100);
}
