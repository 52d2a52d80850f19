using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrleansTasks.Client;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints that start, dispatch, return, retry and cancel runs.</summary>
internal static class RunsEndpoints
{
    // A value of "before" that skips all runs that have not ended. Every JSON reader can represent it exactly.
    private const long AfterAllSequences = (1L << 53) - 1;

    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("POST", "/tasks/{name}/run", "RunTask", "Runs the task and waits for the result. Closing the connection cancels the run. "
            + "202, with the run's address, if this program stops meanwhile.",
                (string name, HttpContext http) => RunAsync(api, name, http))
            .Takes<RunTaskRequest>().Produces<TaskResult>().Produces<AcceptedRun>(202).Produces<TaskResult>(422).Problems(404, 409, 504)
            .ChangeProblems().DisableRequestTimeout();
        map.Map("POST", "/tasks/{name}/dispatch", "DispatchTask", "Stores a run that starts now or later. 'Idempotency-Key' makes "
            + "repetition safe.",
                (string name, HttpContext http) => DispatchAsync(api, name, http))
            .Takes<DispatchTaskRequest>().Produces<AcceptedRun>(202).Problems(404, 409, 422).ChangeProblems();
        map.Map("POST", "/tasks/{name}/trigger", "TriggerTask", "Runs the task now, as an occurrence "
            + "would.", (string name, HttpContext http) => TriggerAsync(api, name, http))
            .Takes<TriggerTaskRequest>().Produces<AcceptedRun>(202).Problems(404, 409).ChangeProblems();
        map.Map("POST", "/tasks/{name}/backfill", "BackfillTask", "Creates runs for past "
            + "occurrences.", (string name, HttpContext http) => BackfillAsync(api, name, http))
            .Takes<BackfillTaskRequest>(optional: false).Produces<AcceptedRuns>(202).Problems(404, 409).ChangeProblems().Audited();
        map.Map("GET", "/tasks/{name}/runs", "ListRuns", "Lists runs of the task, newest first.",
                (string name, string? limit, string? before, CancellationToken ct) =>
                    ListAsync(api, name, QueryValues.Limit(limit), QueryValues.Number("before", before, 0, long.MaxValue), ct))
            .Produces<RunPage>().Problems(400, 404, 503);
        map.Map("GET", "/runs", "FindRuns", "Lists ended runs of all tasks, the latest end "
            + "first.", ([AsParameters] RunSearchParameters search, HttpContext http) => FindAsync(api, search, http))
            .Produces<FoundRuns>().Problems(400, 503);
        map.Map("GET", "/runs/counts", "CountRuns", "Counts runs by status, hour or "
            + "task.", ([AsParameters] RunSearchParameters search, HttpContext http, string? by) => CountAsync(api, search, http, by))
            .Produces<RunCounts>().Problems(400, 503);
        map.Map("POST", "/runs/{runId}/retry", "RetryRun", "Dispatches an ended run again, with the same or other arguments. "
            + "'Idempotency-Key' makes repetition safe.",
                (string runId, HttpContext http) => RetryAsync(api, QueryValues.Run(runId), http))
            .Takes<RetryRunRequest>().Produces<AcceptedRun>(202).Problems(404, 409).ChangeProblems().Audited();
        map.Map("GET", "/runs/{runId}", "GetRun", "Returns the current state of the "
            + "run.", (string runId, CancellationToken ct) => GetAsync(api, QueryValues.Run(runId), ct))
            .Produces<RunInfo>().Problems(404, 503);
        map.Map("DELETE", "/runs/{runId}", "CancelRun", "Cancels the run: 202 if it had not ended, 200 if it had.",
                (string runId, CancellationToken ct) => CancelAsync(api, QueryValues.Run(runId), ct))
            .Produces<RunInfo>().Produces<RunInfo>(202).Problems(403, 404, 503).Audited();
    }

    private static async Task<IResult> RunAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<RunTaskRequest>(http, api).ConfigureAwait(false) ?? new RunTaskRequest();
        var options = new RunOptions
        {
            Timeout = request.Timeout,
            Guarantee = request.Guarantee,
            Retry = request.Retry,
            Priority = request.Priority,
            Headers = request.Headers
        };
        var arguments = RequestArguments.Of(request.Args, request.Named);
        if (api.Client is not IRunLeaver client)
        {
            // The host registered a client of its own.
            return Answer(api, await api.Client.RunAsync(name, arguments, options, http.RequestAborted).ConfigureAwait(false));
        }

        var run = new RunId(name, RunId.NewValue(api.Time.GetUtcNow()));
        return await client.RunOrLeaveAsync(run, arguments, options, api.Stopping, http.RequestAborted).ConfigureAwait(false) is { } result
            ? Answer(api, result)
            : Left(http, run);
    }

    private static IResult Answer(TasksApi api, TaskResult result) =>
        TasksApi.Json(api.Shown(result), result.Successful ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    /// <summary>
    /// Returns the address of a run that continues while this program stops. It is not an error, because a client that repeats the request
    /// would run the task twice.
    /// </summary>
    private static IResult Left(HttpContext http, RunId run)
    {
        http.Response.Headers.RetryAfter = "1";
        return Accepted(http, run);
    }

    private static async Task<IResult> DispatchAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<DispatchTaskRequest>(http, api).ConfigureAwait(false) ?? new DispatchTaskRequest();
        if (request is { At: not null, Delay: not null })
        {
            throw ProblemException.BadParameter("delay", "Both 'at' and 'delay' are given; give only one of them.");
        }

        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0 && http.Request.Headers.ContainsKey("Idempotency-Key"))
        {
            throw ProblemException.BadParameter("Idempotency-Key", "The header 'Idempotency-Key' is empty; 1 to 200 characters are "
                + "allowed.");
        }

        var options = new DispatchOptions
        {
            At = request.At,
            Delay = request.Delay,
            IdempotencyKey = key.Length == 0 ? null : key,
            Guarantee = request.Guarantee,
            Timeout = request.Timeout,
            Retry = request.Retry,
            RunTimeout = request.RunTimeout,
            ExpiresAt = request.ExpiresAt,
            Priority = request.Priority,
            IdempotencyRetention = request.IdempotencyRetention,
            UniqueFor = request.UniqueFor,
            Then = request.Then,
            Headers = request.Headers,
        };
        var run = await api.Client.DispatchAsync(name, RequestArguments.Of(request.Args, request.Named), options, http.RequestAborted)
            .ConfigureAwait(false);
        return Accepted(http, run);
    }

    private static async Task<IResult> TriggerAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<TriggerTaskRequest>(http, api).ConfigureAwait(false);
        return Accepted(http,
            await api.Client.GetTask(name).TriggerAsync(new TriggerOptions { Headers = request?.Headers }, http.RequestAborted)
                .ConfigureAwait(false));
    }

    private static async Task<IResult> BackfillAsync(TasksApi api, string name, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<BackfillTaskRequest>(http, api).ConfigureAwait(false)
            ?? throw ProblemException.BadParameter("from", "'from' and 'to' are missing; give a period in the past.");
        var runs = await api.Client.GetTask(name).BackfillAsync(request.From, request.To, new TriggerOptions { Headers = request.Headers },
            http.RequestAborted).ConfigureAwait(false);
        return TasksApi.Json(new AcceptedRuns(runs), StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(TasksApi api, string name, int limit, long? before, CancellationToken ct)
    {
        var task = api.Client.GetTask(name);
        var page = await task.RunsPageAsync(limit, before, ct).ConfigureAwait(false);
        var runs = page.Runs;
        if (runs.Count == 0)
        {
            // The list is empty because there are no runs or because there is no task. Describing the task throws if there is none.
            await task.DescribeAsync(ct).ConfigureAwait(false);
        }

        var next = !page.HasMore ? (long?)null : runs[^1].Result?.Sequence ?? AfterAllSequences;
        return TasksApi.Json(new RunPage([.. runs.Select(api.Shown)], next));
    }

    private static async Task<IResult> FindAsync(TasksApi api, RunSearchParameters search, HttpContext http)
    {
        var query = search.Read(http.Request.Query);
        var runs = new List<RunInfo>();
        await foreach (var run in api.Client.RunsAsync(query, http.RequestAborted).ConfigureAwait(false))
        {
            runs.Add(run);
        }

        return TasksApi.Json(new FoundRuns([.. runs.Select(api.Shown)], runs.Count < query.Limit ? null : query.PlaceOf(runs[^1])));
    }

    private static async Task<IResult> CountAsync(TasksApi api, RunSearchParameters search, HttpContext http, string? by)
    {
        var counts = await api.Client.CountRunsAsync(search.Read(http.Request.Query),
            QueryValues.OneOf<RunCountBy>("by", by) ?? RunCountBy.Status, http.RequestAborted).ConfigureAwait(false);
        return TasksApi.Json(new RunCounts(counts.Values.Sum(), counts));
    }

    private static async Task<IResult> RetryAsync(TasksApi api, RunId run, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<RetryRunRequest>(http, api).ConfigureAwait(false) ?? new RetryRunRequest();
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var options = new RetryOptions
        {
            Arguments = RequestArguments.Of(request.Args, request.Named),
            Delay = request.Delay,
            IdempotencyKey = key.Length == 0 ? null : key
        };
        return Accepted(http, await api.Client.RetryAsync(run, options, http.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<IResult> GetAsync(TasksApi api, RunId run, CancellationToken ct) =>
        TasksApi.Json(api.Shown(await api.Client.GetRunAsync(run, ct).ConfigureAwait(false) ?? throw new RunNotFoundException(run)));

    private static async Task<IResult> CancelAsync(TasksApi api, RunId run, CancellationToken ct)
    {
        var asked = await api.Client.CancelRunAsync(run, ct).ConfigureAwait(false);
        var info = await api.Client.GetRunAsync(run, ct).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
        return TasksApi.Json(api.Shown(info), asked ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    internal static IResult Accepted(HttpContext http, RunId run)
    {
        http.Response.Headers.Location = ApiPaths.Run(http.Request, run);
        return TasksApi.Json(new AcceptedRun(run), StatusCodes.Status202Accepted);
    }
}
