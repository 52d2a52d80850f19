using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints that retry, acknowledge and discard runs.</summary>
internal static class RunOperationEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("POST", "/runs/retry", "RetryRuns", "Dispatches many ended runs again: those in the body, or all that the query finds, "
            + "with the parameters of GET /runs. 202 with the run that performs the operation.",
                ([AsParameters] RunSearchParameters search, HttpContext http) => RetryAllAsync(api, search, http))
            .Takes<RetryRunsRequest>().Produces<AcceptedRun>(202).Problems(400, 409).ChangeProblems().Audited();
        map.Map("POST", "/runs/cancel", "CancelRuns", "Cancels the runs in the body. 202 with the run that performs the operation.",
                (HttpContext http) => CancelAllAsync(api, http))
            .Takes<CancelRunsRequest>(optional: false).Produces<AcceptedRun>(202).Problems(400, 409).ChangeProblems().Audited();
        MapMarks(map, api, RunAction.Acknowledge, "Acknowledge", "Acknowledges");
        MapMarks(map, api, RunAction.Discard, "Discard", "Discards");
    }

    private static void MapMarks(EndpointMapper map, TasksApi api, RunAction action, string name, string verb)
    {
        var path = name.ToLowerInvariant();
        map.Map("POST", $"/runs/{path}", $"{name}Runs", $"{verb} many dead letters: those in the body, or all that the query finds, with "
            + "the parameters of GET /runs. 202 with the run that performs the operation.",
                ([AsParameters] RunSearchParameters search, HttpContext http) => MarkAllAsync(api, action, search, http))
            .Takes<MarkRunsRequest>().Produces<AcceptedRun>(202).Problems(400, 409).ChangeProblems().Audited();
        map.Map("POST", $"/runs/{{runId}}/{path}", $"{name}Run", $"{verb} the dead letter, with a note.",
                (string runId, HttpContext http) => MarkAsync(api, action, QueryValues.Run(runId), http))
            .Takes<MarkRunRequest>().Produces<RunInfo>().Problems(404, 409).ChangeProblems().Audited();
    }

    private static async Task<IResult> RetryAllAsync(TasksApi api, RunSearchParameters search, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<RetryRunsRequest>(http, api).ConfigureAwait(false) ?? new RetryRunsRequest();
        var options = new RetryAllOptions { Delay = request.Delay, IdempotencyKey = KeyOf(http) };
        return RunsEndpoints.Accepted(http, await api.Client.RetryAllAsync(SelectionOf(search, request.RunIds, http), options,
            http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> MarkAllAsync(TasksApi api, RunAction action, RunSearchParameters search, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<MarkRunsRequest>(http, api).ConfigureAwait(false) ?? new MarkRunsRequest();
        var options = new RunActionOptions { Note = request.Note, IdempotencyKey = KeyOf(http) };
        return RunsEndpoints.Accepted(http, await api.Client.ApplyAsync(action, SelectionOf(search, request.RunIds, http), options,
            http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> CancelAllAsync(TasksApi api, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<CancelRunsRequest>(http, api).ConfigureAwait(false);
        if (request is not { RunIds.Count: > 0 })
        {
            throw ProblemException.BadParameter("runIds", "'runIds' is missing or empty; give the ids of the runs to cancel.");
        }

        return RunsEndpoints.Accepted(http, await api.Client.ApplyAsync(RunAction.Cancel, RunSelection.Of(request.RunIds),
            new RunActionOptions { IdempotencyKey = KeyOf(http) }, http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> MarkAsync(TasksApi api, RunAction action, RunId run, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<MarkRunRequest>(http, api).ConfigureAwait(false) ?? new MarkRunRequest();
        var marked = action == RunAction.Acknowledge
            ? await api.Client.AcknowledgeAsync(run, request.Note, http.RequestAborted).ConfigureAwait(false)
            : await api.Client.DiscardAsync(run, request.Note, http.RequestAborted).ConfigureAwait(false);
        return TasksApi.Json(api.Shown(marked));
    }

    private static RunSelection SelectionOf(RunSearchParameters search, IReadOnlyList<RunId>? runs, HttpContext http)
    {
        var query = search.Read(http.Request.Query);
        var hasQuery = http.Request.Query.Count > 0;
        if (hasQuery == (runs is { Count: > 0 }))
        {
            throw ProblemException.BadParameter("runIds", hasQuery ? "Both a query and 'runIds' are given; give only one of "
                + "them." : "Neither a query nor 'runIds' is given; give one of them.");
        }

        // The default page size is for readers. An operation without an explicit limit applies to all runs that the query finds.
        return hasQuery ? RunSelection.Of(search.Limit is null ? query with { Limit = null } : query) : RunSelection.Of(runs!);
    }

    private static string? KeyOf(HttpContext http) =>
        http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } key ? key : null;
}
