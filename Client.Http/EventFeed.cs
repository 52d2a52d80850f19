using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace OrleansTasks.Client.Http;

/// <summary>Follows streams of events. After a break, it connects again and continues after the last event.</summary>
/// <param name="api">Opens the streams.</param>
/// <param name="time">The clock for the pauses between attempts.</param>
internal sealed class EventFeed(ApiCalls api, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Subscribes. A failure of the first connection is an error.</summary>
    /// <param name="path">The path of the stream, below that of the API.</param>
    /// <param name="after">The number after which the stream starts. Null for new events only.</param>
    /// <param name="convert">Converts an event. Returns null for one to be skipped.</param>
    /// <param name="ct">A token that cancels the subscription before it exists.</param>
    public async Task<ITaskSubscription<T>> SubscribeAsync<T>(
        string path, long? after, Func<SseItem<string>, T?> convert, CancellationToken ct)
        where T : class
    {
        var first = after is { } number ? $"{number}" : null;
        var response = await api.OpenAsync(path, first, ct).ConfigureAwait(false);
        return new TaskSubscription<T>(stop => ReadAsync(path, first, response, convert, stop), () =>
        {
            response.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        string path,
        string? last,
        HttpResponseMessage first,
        Func<SseItem<string>, T?> convert,
        [EnumeratorCancellation] CancellationToken ct)
        where T : class
    {
        var (response, pause) = (first, FirstPause);
        while (true)
        {
            using (response)
            {
                var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
                var parser = SseParser.Create(stream);
                var items = parser.EnumerateAsync(ct).GetAsyncEnumerator(ct);
                await using (items.ConfigureAwait(false))
                {
                    while (await NextAsync(items).ConfigureAwait(false))
                    {
                        pause = FirstPause;
                        if (items.Current.Data.Length > 0 && convert(items.Current) is { } item)
                        {
                            yield return item;
                        }
                    }
                }

                // The server sends its position before the first event, so that nothing is lost by a break before it.
                last = parser.LastEventId is { Length: > 0 } id ? id : last;
            }

            (response, pause) = await OpenAgainAsync(path, last, pause, ct).ConfigureAwait(false);
        }
    }

    private async Task<(HttpResponseMessage Response, TimeSpan Pause)> OpenAgainAsync(
        string path, string? last, TimeSpan pause, CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(pause, time, ct).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            try
            {
                return (await api.OpenAsync(path, last, ct).ConfigureAwait(false), pause);
            }
            catch (Exception e) when (e is ClusterUnreachableException or TaskStorageException)
            {
                // The subscription goes on until its owner ends it.
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return false;
        }
    }
}
