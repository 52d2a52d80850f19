using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints for groups of tasks, whose runs share limits.</summary>
internal static class GroupsEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/groups/{name}", "GetGroup", "Returns the current state of the group. A group that was never set has no limits.",
                async (string name, CancellationToken ct) => TasksApi.Json(await api.Client.GetGroupAsync(name, ct).ConfigureAwait(false)))
            .Produces<RunGroupInfo>().Problems(400, 503);
        map.Map("PUT", "/groups/{name}", "PutGroup", "Sets the limits that the runs of the group's tasks "
            + "share.", (string name, HttpContext http) => PutAsync(api, name, http))
            .Takes<RunGroup>().Produces<RunGroupInfo>().ChangeProblems().Audited();
    }

    private static async Task<IResult> PutAsync(TasksApi api, string name, HttpContext http)
    {
        var limits = await RequestBody.ReadAsync<RunGroup>(http, api).ConfigureAwait(false) ?? new RunGroup();
        return TasksApi.Json(await api.Client.PutGroupAsync(name, limits, http.RequestAborted).ConfigureAwait(false));
    }
}
