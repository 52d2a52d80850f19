using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Text;

namespace OrleansTasks.Cli.Api;

/// <summary>Represents a response of the server.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The JSON of the response. It is undefined if there is none.</param>
/// <param name="Date">The time on the server's clock.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement Body, DateTimeOffset? Date);

/// <summary>Sends requests to the HTTP API. Failures become a <see cref="CliException"/>.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private readonly HttpClient _http;

    public ApiClient(ServerAddress server)
    {
        Server = server;

        // A redirect may lead to another machine, which must receive neither the token nor requests.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) })
        {
            BaseAddress = server.Api,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (server.Token is not null)
        {
            try
            {
                _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
            }
            catch (FormatException)
            {
                throw CliException.Usage(
                    "The token contains characters that a header cannot contain. Check --token, ORLEANSTASKS_TOKEN or the profile.");
            }
        }

        _http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("orleanstasks");
    }

    public ServerAddress Server { get; }

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Get, path, null, ct).ConfigureAwait(false)).Body;

    public async Task<JsonElement> PostAsync(string path, JsonNode? body, CancellationToken ct) =>
        (await SendAsync(HttpMethod.Post, path, body, ct).ConfigureAwait(false)).Body;

    /// <summary>Sends a request and returns the response if it is successful.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken ct,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                throw CliException.Usage($"'{ShownText.Quote(value)}' is not a valid value for the header {name}. Use ASCII characters "
                    + "on one line.");
            }
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        using var response = await AnsweredAsync(request, HttpCompletionOption.ResponseContentRead, ct,
            patience.Token).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? new ApiAnswer(response.StatusCode, Parsed(text, response), response.Headers.Date)
            : throw ApiProblem.Of(response, text, Server);
    }

    /// <summary>Returns all items of a list that the server returns in pages.</summary>
    public async IAsyncEnumerable<JsonElement> PagesAsync(string path, string cursor,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? after = null;
        do
        {
            var page =
                await GetAsync(
                    after is null
                        ? path
                        : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{cursor}={Uri.EscapeDataString(after)}",
                            ct).ConfigureAwait(false);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                yield return item;
            }

            after = page.TryGetProperty("next", out var next) && next.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
                ? next.ToString()
                : null;
        }
        while (after is not null);
    }

    /// <summary>Opens a stream of events.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, string? lastEventId, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Clear();
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null && !request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId))
        {
            throw CliException.Usage($"'{ShownText.Quote(lastEventId)}' is not the id of an event. Use an id that the feed showed.");
        }

        var response = await AnsweredAsync(request, HttpCompletionOption.ResponseHeadersRead, ct, ct).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw ApiProblem.Of(response, await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false), Server);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns a name as a part of a path.</summary>
    public static string Part(string name) => Uri.EscapeDataString(name);

    private async Task<HttpResponseMessage> AnsweredAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken ct,
        CancellationToken patience)
    {
        try
        {
            return await _http.SendAsync(request, completion, patience).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.OutOfReach, $"{Server.Api} did not answer within {Patience.TotalSeconds:0} s. It is "
                + "unknown whether the request took effect. Look for its effect before you repeat it.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CliException(ExitCodes.OutOfReach,
                $"{Server.Api} is out of reach: {Innermost(e)} Check that the server is running, and check --server.");
        }
    }

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        var message = e.Message.TrimEnd();
        return message.EndsWith('.') ? message : message + ".";
    }

    private JsonElement Parsed(string text, HttpResponseMessage response)
    {
        if (text.Length == 0)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCodes.OutOfReach,
                $"{response.RequestMessage?.RequestUri} returned a response that is not JSON. Check that the OrleansTasks API is at "
                    + $"{Server.Api}.");
        }
    }
}
