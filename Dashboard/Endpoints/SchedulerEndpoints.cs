using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints for the cluster's scheduler as a whole.</summary>
internal static class SchedulerEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/scheduler", "GetScheduler", "Returns the state of the scheduler, and the number of "
            + "tasks.", (CancellationToken ct) => GetAsync(api, ct))
            .Produces<SchedulerInfo>().Problems(503);
        map.Map("POST", "/scheduler/start", "StartScheduler", "Starts the scheduler in the whole "
            + "cluster.", (HttpContext http) => ChangeAsync(api, http, api.Client.StartAsync))
            .Produces<SchedulerInfo>().ChangeProblems().Audited();
        map.Map("POST", "/scheduler/stop", "StopScheduler", "Stops the scheduler in the whole cluster. Active runs continue to their "
            + "end.", (HttpContext http) => ChangeAsync(api, http, api.Client.StopAsync))
            .Produces<SchedulerInfo>().ChangeProblems().Audited();
    }

    private static async Task<IResult> GetAsync(TasksApi api, CancellationToken ct) =>
        TasksApi.Json(await api.Client.GetSchedulerAsync(ct).ConfigureAwait(false));

    private static async Task<IResult> ChangeAsync(TasksApi api, HttpContext http, Func<CancellationToken, Task> change)
    {
        await RequestBody.ReadAsync<NoMembers>(http, api).ConfigureAwait(false);
        await change(http.RequestAborted).ConfigureAwait(false);
        return await GetAsync(api, http.RequestAborted).ConfigureAwait(false);
    }
}
