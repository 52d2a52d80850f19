using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the streams of results and events.</summary>
internal static class ResultsEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/tasks/{name}/results", "StreamTaskResults",
                "Streams the task's results as server-sent events of type 'result'. The id is the sequence number. 'Last-Event-ID' "
                    + "resumes from the history.",
                (string name, string? lastEventId, HttpContext http) => EventStreams.OfTaskAsync(api, name, http, lastEventId))
            .StreamsEvents().Problems(400, 404);
        map.Map("GET", "/results", "StreamResults", "Streams the results of every task as server-sent events of type 'result'. "
            + "'Last-Event-ID' resumes.",
                (string? lastEventId, HttpContext http) => EventStreams.OfHubAsync(api, api.Results, http, lastEventId))
            .StreamsEvents();
        map.Map("GET", "/tasks/{name}/events", "StreamTaskEvents",
                "Streams the task's events as server-sent events of type 'event'. Events are not stored; results, ledger and changes have "
                    + "what was missed.",
                (string name, HttpContext http) => EventStreams.OfTaskEventsAsync(api, name, http))
            .StreamsEvents().Problems(400, 404);
        map.Map("GET", "/events", "StreamEvents", "Streams the events of every task as server-sent events of type 'event'. "
            + "'Last-Event-ID' resumes.",
                (string? lastEventId, HttpContext http) => EventStreams.OfHubAsync(api, api.TaskEvents, http, lastEventId))
            .StreamsEvents();
    }
}
