using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansTasks.Events;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>
/// Sends events as they come, and a comment when none come for a while. It writes by itself what <c>TypedResults.ServerSentEvents</c>
/// cannot: comments, and the id of the event before the first.
/// </summary>
/// <param name="api">What the endpoints share.</param>
/// <param name="startId">The id after which the stream begins; a client that loses its connection before the first event resumes there.</param>
/// <param name="open">The events; enumerated once.</param>
/// <param name="close">What to do when the stream has ended, however it did.</param>
internal sealed partial class EventStreamResult(
    TasksApi api, string startId, Func<CancellationToken, IAsyncEnumerable<ServerEvent>> open, Func<ValueTask> close) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, api.Stopping);
        try
        {
            var response = httpContext.Response;
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
            httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            var writer = new EventWriter(response.BodyWriter);
            writer.Open(startId);
            await writer.FlushAsync(stop.Token).ConfigureAwait(false);
            await SendAsync(writer, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The client has gone, or the program stops.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Too late for a status: the stream ends, and the client comes back with the last id that it saw.
            LogStreamFailed(api.Log, e, httpContext.Request.Path);
        }
        finally
        {
            await close().ConfigureAwait(false);
        }
    }

    private async Task SendAsync(EventWriter writer, CancellationTokenSource stop)
    {
        var events = open(stop.Token).GetAsyncEnumerator(stop.Token);
        using var heartbeat = new PeriodicTimer(api.Options.Heartbeat, api.Time);
        var next = events.MoveNextAsync().AsTask();
        var beat = heartbeat.WaitForNextTickAsync(stop.Token).AsTask();
        try
        {
            while (true)
            {
                if (!next.IsCompleted)
                {
                    await writer.FlushAsync(stop.Token).ConfigureAwait(false);
                    await Task.WhenAny(next, beat).ConfigureAwait(false);
                }

                if (beat.IsCompleted)
                {
                    await beat.ConfigureAwait(false);
                    writer.Comment();
                    beat = heartbeat.WaitForNextTickAsync(stop.Token).AsTask();
                }
                else if (!await next.ConfigureAwait(false))
                {
                    await writer.FlushAsync(stop.Token).ConfigureAwait(false);
                    return;
                }
                else
                {
                    writer.Event(events.Current);
                    await writer.FlushIfFullAsync(stop.Token).ConfigureAwait(false);
                    next = events.MoveNextAsync().AsTask();
                }
            }
        }
        finally
        {
            // An enumerator must not be disposed while it is asked for the next item.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(32, LogLevel.Warning, "The event stream {Path} ended.")]
    private static partial void LogStreamFailed(ILogger logger, Exception e, string path);
}
