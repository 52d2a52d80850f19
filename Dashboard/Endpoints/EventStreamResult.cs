using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansTasks.Events;
using OrleansTasks.Http;

namespace OrleansTasks.Endpoints;

/// <summary>
/// Sends events as they arrive, and a comment when no event arrives for a while. It writes the format itself because
/// <c>TypedResults.ServerSentEvents</c> supports neither comments nor an id before the first event.
/// </summary>
/// <param name="api">The state that the endpoints share.</param>
/// <param name="startId">
/// The id after which the stream begins. A client that loses its connection before the first event resumes there.
/// </param>
/// <param name="open">Opens the events. The stream enumerates them once.</param>
/// <param name="close">Releases the source of the events, whether the stream succeeded or failed.</param>
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
            // The client disconnected, or the program is stopping.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The status is already sent, so the stream ends. The client reconnects with the last id that it received.
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
            // An enumerator must not be disposed while MoveNextAsync is in progress.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(32, LogLevel.Warning, "The event stream {Path} ended.")]
    private static partial void LogStreamFailed(ILogger logger, Exception e, string path);
}
