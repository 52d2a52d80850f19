using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints that send and receive broadcasts.</summary>
internal static class BroadcastsEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("POST", "/broadcasts", "SendBroadcast", "Sends a JSON message to all connected web "
            + "servers.", (HttpContext http) => SendAsync(api, http))
            .Takes<object>(optional: false).Produces(202).ChangeProblems().Audited();
        map.Map("GET", "/broadcasts", "StreamBroadcasts", "Streams broadcasts as server-sent events of type 'broadcast'. 'Last-Event-ID' "
            + "resumes.",
                (string? lastEventId, HttpContext http) => EventStreams.OfHubAsync(api, api.Broadcasts, http, lastEventId))
            .StreamsEvents();
    }

    private static async Task<IResult> SendAsync(TasksApi api, HttpContext http)
    {
        var message = await RequestBody.ReadElementAsync(http, api).ConfigureAwait(false);
        await api.Client.BroadcastAsync(message, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Accepted((string?)null);
    }
}
