using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Api;

/// <summary>Represents an event that was received.</summary>
/// <param name="Type">The type: <c>result</c>, <c>event</c>, <c>broadcast</c> or <c>gap</c>.</param>
/// <param name="Id">The id of the event.</param>
/// <param name="Json">The content of the event, as JSON.</param>
internal sealed record FeedEvent(string Type, string? Id, string Json);

/// <summary>
/// Reads events of the server as they arrive. After a broken connection, it reconnects and continues after the last event.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="time">The clock for the waits between attempts.</param>
/// <param name="tell">Shows progress messages to the user.</param>
internal sealed class EventFeed(ApiClient api, TimeProvider time, Action<string> tell)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<FeedEvent> ReadAsync(string path, string? lastEventId, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = lastEventId;
        var wait = FirstWait;

        // A failure of the first connection is an error. Later connections are retried.
        var response = await api.OpenStreamAsync(path, last, ct).ConfigureAwait(false);
        while (true)
        {
            using (response)
            {
                var stream = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
                var items = SseParser.Create(stream).EnumerateAsync(ct).GetAsyncEnumerator(ct);
                await using (items.ConfigureAwait(false))
                {
                    while (await NextAsync(items).ConfigureAwait(false))
                    {
                        var item = items.Current;
                        last = item.EventId ?? last;
                        wait = FirstWait;
                        if (item.Data.Length > 0)
                        {
                            yield return new FeedEvent(item.EventType, item.EventId, item.Data);
                        }
                    }
                }
            }

            ct.ThrowIfCancellationRequested();
            tell($"The connection to {api.Server.Api} has ended; connecting again.");
            response = null!;
            while (response is null)
            {
                await Task.Delay(wait, time, ct).ConfigureAwait(false);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
                try
                {
                    response = await api.OpenStreamAsync(path, last, ct).ConfigureAwait(false);
                }
                catch (CliException e) when (e.ExitCode == ExitCodes.OutOfReach)
                {
                    // Retry until the user ends the command.
                }
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
