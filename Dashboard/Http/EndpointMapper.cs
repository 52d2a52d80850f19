using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace OrleansTasks.Http;

/// <summary>Maps endpoints with what an OpenAPI document says of them.</summary>
/// <param name="group">The group that they belong to.</param>
/// <param name="names">What their names begin with, so that an API that is mapped under two paths has no name twice.</param>
/// <param name="actPolicy">The authorization policy that what changes something demands; null for none.</param>
internal sealed class EndpointMapper(RouteGroupBuilder group, string names, string? actPolicy = null)
{
    /// <param name="method">The HTTP method.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="name">The endpoint's name.</param>
    /// <param name="summary">What it does, for people.</param>
    /// <param name="handler">What it does.</param>
    /// <param name="acts">Whether it changes or runs something; null: unless it is a <c>GET</c>.</param>
    public RouteHandlerBuilder Map(string method, string pattern, string name, string summary, Delegate handler, bool? acts = null)
    {
        var endpoint = group.MapMethods(pattern, [method], handler)
            .WithName(names.Length == 0 ? name : $"{names}.{name}")
            .WithSummary(summary)
            .WithTags(pattern.Split('/')[1]);
        return actPolicy is not null && (acts ?? method != "GET") ? endpoint.WithMetadata(new ActsMetadata()).RequireAuthorization(actPolicy) : endpoint;
    }

    /// <summary>Has what changes something demand its policy, also where the host opens the API to everybody: that is for looking then.</summary>
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
    /// <summary>Says which JSON the endpoint takes. The filter, and not the routing, refuses other content, so that it can say why.</summary>
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

    /// <summary>The statuses that any request which changes something may meet.</summary>
    public static RouteHandlerBuilder ChangeProblems(this RouteHandlerBuilder endpoint) => endpoint.Problems(
        StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Has the log say who made use of the endpoint: for what changes the cluster, a task or a calendar. Who asked for a run, the run itself tells.</summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new AuditedMetadata());

    public static RouteHandlerBuilder StreamsEvents(this RouteHandlerBuilder endpoint)
    {
        endpoint.DisableRequestTimeout();
        return endpoint.Produces<string>(StatusCodes.Status200OK, "text/event-stream").Problems(StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Marks endpoints that demand the policy for acting.</summary>
internal sealed record ActsMetadata;

/// <summary>Marks endpoints whose use the log tells.</summary>
internal sealed record AuditedMetadata;
