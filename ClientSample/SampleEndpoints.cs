using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrleansTasks.ClientSample;

/// <summary>Shows how a web server uses tasks: it waits for a value, dispatches runs, and listens to results and broadcasts.</summary>
internal static class SampleEndpoints
{
    public static void MapSamples(this WebApplication app)
    {
        app.MapGet("/fibonacci/{n}", FibonacciAsync).WithSummary("The n-th Fibonacci number, computed by a task.").ProducesProblem(422)
            .ProducesProblem(503);
        app.MapGet("/dispatch", DispatchAsync).WithSummary("Lets the silo greet, without waiting for it.").ProducesProblem(403)
            .ProducesProblem(503)
            .ProtectLikeTasksApi(api => app.Configuration.GetSection("Api").BindTasks(api));
        app.MapGet("/broadcasts", BroadcastsAsync).WithSummary("Broadcasts as they come.").Produces<string>(200, "text/event-stream");
    }

    private static async Task<IResult> FibonacciAsync(int n, ITaskClient tasks, CancellationToken aborted)
    {
        try
        {
            return TypedResults.Ok(new { value = await tasks.RunAsync<long>("fibonacci", [n], ct: aborted) });
        }
        catch (TaskFailedException e)
        {
            return TypedResults.Problem(e.Result.Error, statusCode: 422, title: $"The run ended as {e.Result.Status}",
                extensions: [new("runId", e.Result.RunId.ToString())]);
        }
        catch (TaskException e)
        {
            return TypedResults.Problem(e.Message, statusCode: 503);
        }
    }

    private static async Task<IResult> DispatchAsync(string? message, ITaskClient tasks, CancellationToken aborted)
    {
        try
        {
            var run = await tasks.DispatchAsync("greet", message is null ? null : [message], ct: aborted);
            return TypedResults.Ok(new { runId = run.ToString() });
        }
        catch (TaskException e)
        {
            return TypedResults.Problem(e.Message, statusCode: 503);
        }
    }

    private static async Task BroadcastsAsync(ITaskClient tasks, HttpResponse response, IHostApplicationLifetime lifetime,
        CancellationToken aborted)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        try
        {
            // Subscribes before it sends the headers. A client that sees the headers misses no later broadcast.
            await using var subscription = await tasks.SubscribeBroadcastsAsync(stop.Token);
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            await response.Body.FlushAsync(stop.Token);
            await SseFormatter.WriteAsync(EventsAsync(subscription, stop.Token), response.Body, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has disconnected, or the program is stopping.
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        ITaskSubscription<BroadcastMessage> subscription, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var message in subscription.WithCancellation(ct))
        {
            yield return new SseItem<string>(JsonSerializer.Serialize(message, TaskJson.Options), "broadcast")
            {
                EventId = message.Id.ToString("N")
            };
        }
    }
}
