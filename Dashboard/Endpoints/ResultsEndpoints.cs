using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>Results and events as they come.</summary>
internal static class ResultsEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/tasks/{name}/results", "StreamTaskResults",
                "The task's results as they come, as server-sent events of type 'result'; the id is the sequence number. 'Last-Event-ID' resumes from the history.",
                (string name, string? lastEventId, HttpContext http) => EventStreams.OfTaskAsync(api, name, http, lastEventId))
            .StreamsEvents().Problems(400, 404);
        map.Map("GET", "/results", "StreamResults", "Results of every task as they come, as server-sent events of type 'result'. 'Last-Event-ID' resumes.",
                (string? lastEventId, HttpContext http) => EventStreams.OfHubAsync(api, api.Results, http, lastEventId))
            .StreamsEvents();
        map.Map("GET", "/tasks/{name}/events", "StreamTaskEvents",
                "What happens to the task, as it happens, as server-sent events of type 'event'. They are kept nowhere: what was missed is in results, ledger and changes.",
                (string name, HttpContext http) => EventStreams.OfTaskEventsAsync(api, name, http))
            .StreamsEvents().Problems(400, 404);
        map.Map("GET", "/events", "StreamEvents", "What happens to every task, as it happens, as server-sent events of type 'event'. 'Last-Event-ID' resumes.",
                (string? lastEventId, HttpContext http) => EventStreams.OfHubAsync(api, api.TaskEvents, http, lastEventId))
            .StreamsEvents();
    }
}
