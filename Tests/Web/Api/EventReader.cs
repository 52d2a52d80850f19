using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Listens to an event stream as a client does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => _response;

    public static async Task<EventReader> OpenAsync(HttpClient http, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new EventReader(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Returns the next event. Fails if none arrives within the time limit of a test.</summary>
    public async Task<Received> NextAsync()
    {
        Assert.True(await MoveNextAsync(), "The stream ended.");
        return new Received(_events.Current.EventType, _events.Current.EventId,
            JsonSerializer.Deserialize<JsonElement>(_events.Current.Data));
    }

    public async Task<List<Received>> NextAsync(int count)
    {
        var events = new List<Received>();
        while (events.Count < count)
        {
            events.Add(await NextAsync());
        }

        return events;
    }

    /// <summary>Reads until the stream ends, which must happen.</summary>
    public async Task EndAsync()
    {
        while (await MoveNextAsync())
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        // Disposes the response, not the enumerator. The enumerator may be in a read, which this ends.
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<bool> MoveNextAsync() => _events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
}

internal sealed record Received(string Type, string? Id, JsonElement Data)
{
    public long Sequence => Data.GetProperty("sequence").GetInt64();
}
