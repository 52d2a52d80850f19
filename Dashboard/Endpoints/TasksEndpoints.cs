using Microsoft.AspNetCore.Http;
using OrleansTasks.Access;
using OrleansTasks.Grains;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints that list, register and change tasks.</summary>
internal static class TasksEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("GET", "/tasks", "ListTasks", "Lists tasks in the order of their names or of their next occurrences, one page at a "
            + "time.", ([AsParameters] TaskListParameters query, CancellationToken ct) => ListAsync(api, query.Read(), ct))
            .Produces<TaskPage>().Problems(400, 503);
        map.Map("GET", "/overview", "GetOverview", "Returns a summary of the registry: counts, and what is due "
            + "next.", async (CancellationToken ct) => TasksApi.Json(await api.Client.GetOverviewAsync(ct).ConfigureAwait(false)))
            .Produces<TasksOverview>().Problems(503);
        map.Map("GET", "/handlers", "ListHandlers", "Lists the handlers of the silos, with their "
            + "parameters.", (string? after, CancellationToken ct) => HandlersAsync(api, after, ct))
            .Produces<HandlerList>().Problems(503);
        map.Map("GET", "/tasks/{name}", "GetTask", "Returns the current state of the "
            + "task.", (string name, CancellationToken ct) => GetAsync(api, name, ct))
            .Produces<TaskInfo>().Problems(400, 404, 503);
        map.Map("PUT", "/tasks/{name}", "PutTask", "Registers, replaces or revives the task. With 'If-None-Match: *' it is only created.",
                (string name, HttpContext http) => PutAsync(api, name, http))
            .Takes<PutTaskRequest>().Produces<TaskInfo>().Produces<TaskInfo>(201).Problems(409).ChangeProblems().Audited();
        map.Map("DELETE", "/tasks/{name}", "CancelTask", "Cancels the task and its runs.",
            (string name, CancellationToken ct) => CancelAsync(api, name, ct))
            .Produces(204).Problems(400, 403, 404, 503).Audited();
        map.Map("POST", "/tasks/{name}/pause", "PauseTask", "Pauses the schedule until it is resumed, or until an "
            + "instant.", (string name, HttpContext http) => PauseAsync(api, name, http))
            .Takes<PauseTaskRequest>().Produces<TaskInfo>().Problems(404, 409).ChangeProblems().Audited();
        map.Map("POST", "/tasks/{name}/resume", "ResumeTask", "Resumes a paused schedule.",
            (string name, HttpContext http) => ResumeAsync(api, name, http))
            .Produces<TaskInfo>().Problems(404, 409).ChangeProblems().Audited();
        map.Map("GET", "/tasks/{name}/occurrences", "ListOccurrences", "Lists occurrences of the task's schedule; by default, the next "
            + "ten.",
                (string name, string? count, string? from, string? to, CancellationToken ct) =>
                    OccurrencesAsync(api, name, (int)(QueryValues.Number("count", count, 1, OccurrenceQuery.MaxCount) ?? 10),
                        QueryValues.Instant("from", from), QueryValues.Instant("to", to), ct))
            .Produces<OccurrenceList>().Problems(400, 404, 503);
        map.Map("GET", "/tasks/{name}/ledger", "GetLedger", "Returns the outcomes of the instants that the task's schedule planned: "
            + "totals, and ranges, newest first.",
                (string name, string? from, string? to, string? limit, CancellationToken ct) =>
                    LedgerAsync(api, name, QueryValues.Instant("from", from), QueryValues.Instant("to", to),
                        (int)(QueryValues.Number("limit", limit, 0, LedgerQuery.MaxLimit) ?? 100), ct))
            .Produces<TaskLedger>().Problems(400, 404, 503);
        map.Map("POST", "/tasks/{name}/preview", "PreviewSchedule", "Compares the schedule with another one: the occurrences that would "
            + "be added and removed. Changes nothing.",
                (string name, HttpContext http) => PreviewAsync(api, name, http), acts: false)
            .Takes<PreviewScheduleRequest>().Produces<SchedulePreview>().ChangeProblems();
    }

    private static async Task<IResult> OccurrencesAsync(TasksApi api, string name, int count, DateTimeOffset? from, DateTimeOffset? to,
        CancellationToken ct) =>
        TasksApi.Json(new OccurrenceList(await api.Client.GetTask(name).OccurrencesAsync(count, from, to, ct).ConfigureAwait(false)));

    private static async Task<IResult> LedgerAsync(TasksApi api, string name, DateTimeOffset? from, DateTimeOffset? to, int limit,
        CancellationToken ct) =>
        TasksApi.Json(await api.Client.GetTask(name).LedgerAsync(from, to, limit, ct).ConfigureAwait(false));

    private static async Task<IResult> PreviewAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<PreviewScheduleRequest>(http, api).ConfigureAwait(false) ?? new PreviewScheduleRequest();
        return TasksApi.Json(
            await api.Client.GetTask(name).PreviewAsync(request.Schedule, request.From, request.To, http.RequestAborted)
                .ConfigureAwait(false));
    }

    private static async Task<IResult> ListAsync(TasksApi api, TaskQuery query, CancellationToken ct)
    {
        var limit = query.Limit!.Value;
        var items = new List<TaskInfo>(limit);
        var bytes = 0L;
        await foreach (var task in api.Client.ListAsync(query with { Limit = limit + 1 }, ct).ConfigureAwait(false))
        {
            if (items.Count == limit || bytes >= AnswerPage.MaxBytes)
            {
                return TasksApi.Json(new TaskPage(items, TaskCursor.Of(items[^1], query.Order)));
            }

            items.Add(api.Shown(task));
            bytes += AnswerPage.SizeOf(task);
        }

        return TasksApi.Json(new TaskPage(items, null));
    }

    private static async Task<IResult> HandlersAsync(TasksApi api, string? after, CancellationToken ct)
    {
        var handlers = (await api.Client.GetHandlersAsync(ct).ConfigureAwait(false)).SkipWhile(
            h => string.CompareOrdinal(h.Name, after) <= 0).ToList();
        var page = AnswerPage.Of(handlers, AnswerPage.SizeOf, int.MaxValue);
        return TasksApi.Json(new HandlerList(page, page.Count < handlers.Count ? page[^1].Name : null));
    }

    private static async Task<IResult> GetAsync(TasksApi api, string name, CancellationToken ct) =>
        TasksApi.Json(api.Shown(await api.Client.GetTask(name).DescribeAsync(ct).ConfigureAwait(false)));

    private static async Task<IResult> PutAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<PutTaskRequest>(http, api).ConfigureAwait(false) ?? new PutTaskRequest();
        var registration = new TaskRegistration
        {
            Name = name,
            Handler = request.Handler,
            Schedule = request.Schedule,
            Arguments = RequestArguments.Of(request.Args, request.Named),
            Headers = request.Headers,
            Options = request.Options,
            CreateOnly = http.Request.Headers.IfNoneMatch == "*",
        };
        var handle = await api.Client.ScheduleAsync(registration, http.RequestAborted).ConfigureAwait(false);
        var task = api.Shown(handle.Registration?.Task ?? await handle.DescribeAsync(http.RequestAborted).ConfigureAwait(false));
        if (handle.Registration is not { Created: true })
        {
            return TasksApi.Json(task);
        }

        http.Response.Headers.Location = ApiPaths.Self(http.Request);
        return TasksApi.Json(task, StatusCodes.Status201Created);
    }

    private static async Task<IResult> CancelAsync(TasksApi api, string name, CancellationToken ct)
    {
        await api.Client.GetTask(name).CancelAsync(ct).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> PauseAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<PauseTaskRequest>(http, api).ConfigureAwait(false);

        // A signed-in user cannot act under another name.
        var by = Actor.Of(http.User) ?? request?.By;
        return TasksApi.Json(
            api.Shown(
                await api.Client.GetTask(name).PauseAsync(request?.Note, request?.Until, by, request?.Occurrences ?? PausedOccurrences.Skip,
                    http.RequestAborted).ConfigureAwait(false)));
    }

    private static async Task<IResult> ResumeAsync(TasksApi api, string name, HttpContext http)
    {
        await RequestBody.ReadAsync<NoMembers>(http, api).ConfigureAwait(false);
        return TasksApi.Json(api.Shown(await api.Client.GetTask(name).ResumeAsync(http.RequestAborted).ConfigureAwait(false)));
    }
}
