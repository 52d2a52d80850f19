using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints that list silos and take one out of service.</summary>
internal static class SilosEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/silos", "ListSilos", "Lists the silos, with their "
            + "runs.", async (CancellationToken ct) => TasksApi.Json(await api.Client.GetSilosAsync(ct).ConfigureAwait(false)))
            .Produces<IReadOnlyList<SiloOverview>>().Problems(503);
        map.Map("POST", "/silos/{silo}/drain", "DrainSilo", "Drains a silo: it takes no new runs, and moves its tasks and partitions to "
            + "others.", (string silo, HttpContext http) => ChangeAsync(api, http, ct => api.Client.DrainAsync(silo, ct)))
            .Produces<SiloOverview>().Problems(404).ChangeProblems().Audited();
        map.Map("POST", "/silos/{silo}/resume", "ResumeSilo", "Puts a drained silo back into "
            + "service.", (string silo, HttpContext http) => ChangeAsync(api, http, ct => api.Client.ResumeAsync(silo, ct)))
            .Produces<SiloOverview>().Problems(404).ChangeProblems().Audited();
    }

    private static async Task<IResult> ChangeAsync(TasksApi api, HttpContext http, Func<CancellationToken, Task<SiloOverview>> change)
    {
        await RequestBody.ReadAsync<NoMembers>(http, api).ConfigureAwait(false);
        return TasksApi.Json(await change(http.RequestAborted).ConfigureAwait(false));
    }
}
