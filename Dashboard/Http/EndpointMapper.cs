using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace OrleansTasks.Http;

/// <summary>Maps endpoints with their descriptions for an OpenAPI document.</summary>
/// <param name="group">The group of the endpoints.</param>
/// <param name="names">The prefix of the endpoints' names. It keeps names unique when an API is mapped under two paths.</param>
/// <param name="actPolicy">The authorization policy for endpoints that change something; null for none.</param>
internal sealed class EndpointMapper(RouteGroupBuilder group, string names, string? actPolicy = null)
{
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="summary">The description for readers.</param>
    /// <param name="handler">The delegate that serves requests.</param>
    /// <param name="acts">Whether the endpoint changes or runs something. Null means true for every method except <c>GET</c>.</param>
    public RouteHandlerBuilder Map(string method, string pattern, string name, string summary, Delegate handler, bool? acts = null)
    {
        var endpoint = group.MapMethods(pattern, [method], handler)
            .WithName(names.Length == 0 ? name : $"{names}.{name}")
            .WithSummary(summary)
            .WithTags(pattern.Split('/')[1]);
        return actPolicy is not null && (acts ?? method != "GET")
            ? endpoint.WithMetadata(new ActsMetadata()).RequireAuthorization(actPolicy)
            : endpoint;
    }

    /// <summary>
    /// Keeps the policy of endpoints that change something, even if the host opens the API to everybody. Opening then applies to reading
    /// only.
    /// </summary>
    public static void KeepPolicy(EndpointBuilder endpoint)
    {
        if (!endpoint.Metadata.OfType<ActsMetadata>().Any())
        {
            return;
        }

        foreach (var open in endpoint.Metadata.Where(m => m is IAllowAnonymous).ToList())
        {
            endpoint.Metadata.Remove(open);
        }
    }
}

internal static class EndpointDescriptions
{
    /// <summary>
    /// Declares the JSON type of the request body. The filter, not the routing, rejects other content types, so that the response can
    /// explain why.
    /// </summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, bool optional = true) =>
        endpoint.WithMetadata(new AcceptsMetadata([], typeof(T), optional));

    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.ProducesProblem(status);
        }

        return endpoint;
    }

    /// <summary>Declares the error statuses that every request for a change may return.</summary>
    public static RouteHandlerBuilder ChangeProblems(this RouteHandlerBuilder endpoint) => endpoint.Problems(
        StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status503ServiceUnavailable);

    /// <summary>
    /// Logs who uses the endpoint, for changes of the cluster, a task or a calendar. A run itself records who requested it.
    /// </summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new AuditedMetadata());

    public static RouteHandlerBuilder StreamsEvents(this RouteHandlerBuilder endpoint)
    {
        endpoint.DisableRequestTimeout();
        return endpoint.Produces<string>(StatusCodes.Status200OK, "text/event-stream").Problems(StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Marks endpoints that require the policy for acting.</summary>
internal sealed record ActsMetadata;

/// <summary>Marks endpoints whose use is logged.</summary>
internal sealed record AuditedMetadata;
