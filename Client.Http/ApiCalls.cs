using System.Net;

namespace OrleansTasks.Client.Http;

/// <summary>Represents an answer of the server.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The JSON in UTF-8. Empty if there is none.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, byte[] Body);

/// <summary>Sends requests to the HTTP API. Answers that report an error become exceptions.</summary>
/// <param name="http">Sends the requests.</param>
internal sealed class ApiCalls(HttpClient http)
{
    /// <summary>Sends a request, and returns the answer.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, below that of the API.</param>
    /// <param name="body">The body. Null for none.</param>
    /// <param name="ct">A token that closes the connection.</param>
    /// <param name="key">The value of the header <c>Idempotency-Key</c>. Null for none.</param>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken ct, string? key = null)
    {
        using var request = new HttpRequestMessage(method, At(path)) { Content = body };
        if (key is not null && !request.Headers.TryAddWithoutValidation("Idempotency-Key", key))
        {
            throw new ArgumentException($"'{key}' cannot be sent as a header.", nameof(key));
        }

        try
        {
            using var response = await http.SendAsync(request, ct).ConfigureAwait(false);
            var answer = new ApiAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false));
            return response.IsSuccessStatusCode || IsResult(response) ? answer : throw ApiErrors.Of(answer, request.RequestUri!);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Opens a stream of events.</summary>
    /// <param name="path">The path, below that of the API.</param>
    /// <param name="lastId">The id of the last event that was received. Null for none.</param>
    /// <param name="ct">A token that closes the connection.</param>
    public async Task<HttpResponseMessage> OpenAsync(string path, string? lastId, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(path));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastId is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
            throw ApiErrors.Of(new ApiAnswer(response.StatusCode, body), request.RequestUri!);
        }
    }

    /// <summary>A failed run is answered with its result, and not with the details of a problem.</summary>
    private static bool IsResult(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.UnprocessableEntity
        && response.Content.Headers.ContentType?.MediaType == "application/json";

    // Without a slash at its end, the last part of the base address would be replaced.
    private Uri At(string path) => new($"{http.BaseAddress!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}");

    private ClusterUnreachableException Unreachable(Exception e) =>
        new($"{http.BaseAddress} is out of reach: {e.Message} It is unknown whether a request took effect.", e);
}
