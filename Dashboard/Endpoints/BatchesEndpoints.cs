using Microsoft.AspNetCore.Http;
using OrleansTasks.Http;
using OrleansTasks.Requests;

namespace OrleansTasks.Endpoints;

/// <summary>Maps the endpoints for batches: many runs, with an optional continuation.</summary>
internal static class BatchesEndpoints
{
    public static void Map(EndpointMapper map, TasksApi api)
    {
        map.Map("POST", "/batches", "DispatchBatch", "Stores many runs as one batch, and a run that follows when all of them have "
            + "ended.", (HttpContext http) => DispatchAsync(api, http))
            .Takes<DispatchBatchRequest>(optional: false).Produces<AcceptedBatch>(202).Problems(404, 409).ChangeProblems();
        map.Map("GET", "/batches/{batchId}", "GetBatch", "Returns the current state of the "
            + "batch.", (string batchId, CancellationToken ct) => GetAsync(api, batchId, ct))
            .Produces<BatchInfo>().Problems(404, 503);
        map.Map("DELETE", "/batches/{batchId}", "CancelBatch",
            "Cancels the batch: 202 if it is cancelled, by this request or an earlier one, and 200 if it had ended.",
                (string batchId, CancellationToken ct) => CancelAsync(api, batchId, ct))
            .Produces<BatchInfo>().Produces<BatchInfo>(202).Problems(403, 404, 503).Audited();
    }

    private static async Task<IResult> DispatchAsync(TasksApi api, HttpContext http)
    {
        var request = await RequestBody.ReadAsync<DispatchBatchRequest>(http, api).ConfigureAwait(false);
        if (request?.Items is not { Count: > 0 } items)
        {
            throw ProblemException.BadParameter("items", "'items' is missing or empty; give the runs, each with its 'task'.");
        }

        for (var n = 0; n < items.Count; n++)
        {
            if (items[n]?.Task is null)
            {
                throw ProblemException.BadParameter("items", $"items[{n}] has no 'task'. Give one.");
            }

            if (items[n] is { Headers: not null, Options.Headers: not null })
            {
                throw ProblemException.BadParameter("items", $"items[{n}] has headers twice, in itself and in its options; give them "
                    + "once.");
            }
        }

        var batch = await api.Client.DispatchBatchAsync([.. items.Select(ItemOf)], request.Then, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers.Location = ApiPaths.Batch(http.Request, batch);
        return TasksApi.Json(new AcceptedBatch(batch), StatusCodes.Status202Accepted);
    }

    private static BatchItem ItemOf(DispatchBatchItem item) => new(
        item.Task!, RequestArguments.Of(item.Args, item.Named),
        item.Headers is null ? item.Options : (item.Options ?? new DispatchOptions()) with { Headers = item.Headers });

    private static async Task<IResult> GetAsync(TasksApi api, string batchId, CancellationToken ct) =>
        TasksApi.Json(
            Guid.TryParse(batchId, out var id) && await api.Client.GetBatchAsync(id, ct).ConfigureAwait(false) is { } batch
                ? batch
                : throw NotFound(batchId));

    private static async Task<IResult> CancelAsync(TasksApi api, string batchId, CancellationToken ct)
    {
        if (!Guid.TryParse(batchId, out var id))
        {
            throw NotFound(batchId);
        }

        var cancelled = await api.Client.CancelBatchAsync(id, ct).ConfigureAwait(false);
        var batch = await api.Client.GetBatchAsync(id, ct).ConfigureAwait(false) ?? throw NotFound(batchId);
        return TasksApi.Json(batch, cancelled ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
    }

    private static ProblemException NotFound(string batchId) =>
        new(TaskProblems.New(404, "batch-not-found", "There is no such batch", $"There is no batch '{batchId}', or it is no longer kept. "
            + "Check the id, or raise BatchRetention."));
}
