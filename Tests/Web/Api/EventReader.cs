using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Listens to a stream of events as a client would.</summary>
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

    /// <summary>The next event; fails if there is none within the time that a test may take.</summary>
    public async Task<Received> NextAsync()
    {
        Assert.True(await MoveNextAsync(), "The stream ended.");
        return new Received(_events.Current.EventType, _events.Current.EventId, JsonSerializer.Deserialize<JsonElement>(_events.Current.Data));
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

    /// <summary>Reads to the end, which has to come.</summary>
    public async Task EndAsync()
    {
        while (await MoveNextAsync())
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        // Not the enumerator: it may be in the middle of a read, which this ends.
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<bool> MoveNextAsync() => _events.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
}

internal sealed record Received(string Type, string? Id, JsonElement Data)
{
    public long Sequence => Data.GetProperty("sequence").GetInt64();
}
