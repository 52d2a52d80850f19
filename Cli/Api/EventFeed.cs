using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Api;

/// <summary>An event as it came.</summary>
/// <param name="Type"><c>result</c>, <c>event</c>, <c>broadcast</c> or <c>gap</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Json">What it says.</param>
internal sealed record FeedEvent(string Type, string? Id, string Json);

/// <summary>Events of the server as they come. A connection that breaks is made anew, and goes on after the last event.</summary>
/// <param name="api">The server.</param>
/// <param name="time">The clock for the waits in between.</param>
/// <param name="tell">Tells a person what goes on.</param>
internal sealed class EventFeed(ApiClient api, TimeProvider time, Action<string> tell)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<FeedEvent> ReadAsync(string path, string? lastEventId, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = lastEventId;
        var wait = FirstWait;

        // The first connection is made or it is an error; later ones are tried for.
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
                    // It is tried again until somebody ends the command.
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
