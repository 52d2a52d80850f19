using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using OrleansTasks.Events;
using OrleansTasks.Http;
using OrleansTasks.Text;

namespace OrleansTasks.Endpoints;

/// <summary>Opens the event streams of the API. Errors are found here, before the response starts.</summary>
internal static class EventStreams
{
    public static async Task<IResult> OfHubAsync<T>(TasksApi api, EventHub<T> hub, HttpContext http, string? lastEventId)
    {
        var ring = await hub.JoinAsync(http.RequestAborted).ConfigureAwait(false);
        var after = ring.Resume(LastEventId(http, lastEventId), out var unknown);
        return new EventStreamResult(api, ring.IdOf(after), ct => EventHub<T>.ReadAsync(ring, after, unknown, ct), hub.LeaveAsync);
    }

    public static async Task<IResult> OfTaskAsync(TasksApi api, string name, HttpContext http, string? lastEventId)
    {
        var task = await api.Client.GetTask(name).DescribeAsync(http.RequestAborted).ConfigureAwait(false);
        var last = task.LastSequence ?? 0;
        var after = Sequence(LastEventId(http, lastEventId)) ?? last;

        // A number above the last one is from an earlier sequence: the cluster has since restarted without its data.
        var restarted = after > last;
        after = restarted ? 0 : after;
        var subscription = await api.Client.SubscribeResultsAsync(name, after, http.RequestAborted).ConfigureAwait(false);
        return new EventStreamResult(
            api, Id(after), ct => ReadAsync(api, subscription, restarted ? EventData.OfGap(name, null, 0) : null, ct),
            subscription.DisposeAsync);
    }

    /// <summary>Streams the events of one task. They are not stored, so a client cannot resume.</summary>
    public static async Task<IResult> OfTaskEventsAsync(TasksApi api, string name, HttpContext http)
    {
        await api.Client.GetTask(name).DescribeAsync(http.RequestAborted).ConfigureAwait(false);
        var subscription = await api.Client.SubscribeEventsAsync(name, http.RequestAborted).ConfigureAwait(false);
        return new EventStreamResult(api, Id(0), ct => NumberedAsync(api, subscription, ct), subscription.DisposeAsync);
    }

    private static async IAsyncEnumerable<ServerEvent> NumberedAsync(TasksApi api, ITaskSubscription<TaskEvent> subscription,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var number = 0L;
        await foreach (var item in subscription.WithCancellation(ct).ConfigureAwait(false))
        {
            var data = api.Masking.Event(EventData.OfEvent(item));
            yield return new ServerEvent(data.Type, Id(++number), data.Json);
        }
    }

    private static async IAsyncEnumerable<ServerEvent> ReadAsync(
        TasksApi api, ITaskSubscription<TaskResult> subscription, EventData? gap, [EnumeratorCancellation] CancellationToken ct)
    {
        if (gap is not null)
        {
            yield return new ServerEvent(gap.Type, Id(0), gap.Json);
        }

        await foreach (var result in subscription.WithCancellation(ct).ConfigureAwait(false))
        {
            var data = api.Masking.Event(EventData.OfResult(result, api.Options.SendStacks));
            yield return new ServerEvent(data.Type, Id(result.Sequence), data.Json);
        }
    }

    /// <summary>
    /// Returns the id to resume from. The header takes precedence over the query: browsers send it when they reconnect, so it is newer.
    /// </summary>
    private static string? LastEventId(HttpContext http, string? query)
    {
        var header = http.Request.Headers["Last-Event-ID"].ToString();
        return header.Length > 0 ? header : string.IsNullOrEmpty(query) ? null : query;
    }

    private static long? Sequence(string? lastEventId)
    {
        if (lastEventId is null)
        {
            return null;
        }

        return long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : throw ProblemException.BadParameter("Last-Event-ID", $"'{ShownText.Quote(lastEventId)}' is not an id of this stream's "
                + "events; a sequence number is expected.");
    }

    private static string Id(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);
}
