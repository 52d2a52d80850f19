using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using OrleansTasks.Access;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks.Http;

/// <summary>Reads JSON bodies within the limits, with errors that state the position.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads an optional body.</summary>
    /// <returns>The value; null for an empty body or JSON null.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext http, TasksApi api)
        where T : class
    {
        var body = await ReadBytesAsync(http, api.Options.MaxRequestBodySize).ConfigureAwait(false);
        return body.IsEmpty ? null : Deserialize<T>(body.Span, http, api);
    }

    /// <summary>Reads a body of any JSON.</summary>
    public static async Task<JsonElement> ReadElementAsync(HttpContext http, TasksApi api)
    {
        var body = await ReadBytesAsync(http, api.Options.MaxRequestBodySize).ConfigureAwait(false);
        return body.IsEmpty
            ? throw Malformed("The body is empty; JSON is expected.", null, null, null)
            : Deserialize<JsonElement>(body.Span, http, api);
    }

    private static T? Deserialize<T>(ReadOnlySpan<byte> body, HttpContext http, TasksApi api)
    {
        if (!Utf8.IsValid(body))
        {
            throw Malformed("The body is not UTF-8. Send it as UTF-8.", null, null, null);
        }

        try
        {
            // Reading a schedule also searches for its occurrences. The budget limits that search, and ends it if the client disconnects.
            using var budget = new SearchBudget(SearchBudget.DefaultSteps, api.Options.MaxScheduleTime, api.Time,
                http.RequestAborted).Enter();
            return JsonSerializer.Deserialize<T>(body, api.RequestJson);
        }
        catch (InvalidOperationException e)
        {
            throw Malformed(e.Message, null, null, null);
        }
        catch (JsonException e)
        {
            throw Malformed(JsonFaults.InWords(e), e.Path, e.LineNumber + 1, e.BytePositionInLine + 1);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http, int limit)
    {
        var request = http.Request;
        if (request.ContentLength > 0)
        {
            // Check the content type before a byte is read or a buffer is allocated.
            RequireJson(request);
        }

        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // ReadBytesAsync enforces the limit itself, so that the response can name it.
            server.MaxRequestBodySize = null;
        }

        // The buffer grows with the received data, because the announced length may never arrive.
        var buffer = new ArrayBufferWriter<byte>(FirstBuffer);
        while (await ReadSomeAsync(http, buffer.GetMemory(1)).ConfigureAwait(false) is > 0 and var read)
        {
            RequireJson(request);
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
            {
                throw TooLarge(limit);
            }
        }

        return buffer.WrittenSpan.StartsWith(ByteOrderMark) ? buffer.WrittenMemory[ByteOrderMark.Length..] : buffer.WrittenMemory;
    }

    /// <summary>Reads the next bytes. A body that ends early or contradicts its headers is the sender's error.</summary>
    private static async Task<int> ReadSomeAsync(HttpContext http, Memory<byte> buffer)
    {
        try
        {
            return await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            throw new ProblemException(TaskProblems.New(e.StatusCode, "bad-request", "The request could not be read", e.Message), e);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or FormatException
            or OverflowException)
        {
            // The rest of the body cannot be distinguished from the next request on this connection.
            if (HttpProtocol.IsHttp11(http.Request.Protocol))
            {
                http.Response.Headers.Connection = "close";
            }

            throw new ProblemException(
                TaskProblems.New(400, "bad-request", "The request could not be read", "The body ended early, or is not what its headers "
                    + "say. Send it again. " + Sanitized.Text(e.Message, 200)), e);
        }
    }

    private static void RequireJson(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            request.HttpContext.Response.Headers.AcceptEncoding = "identity";
            throw NotJson($"The body's Content-Encoding is '{Sanitized.Text(encoding, 100)}', but this server does not accept encoded "
                + "bodies. Send it without an encoding.");
        }

        if (!request.HasJsonContentType())
        {
            throw NotJson($"The body's content type is '{Sanitized.Text(request.ContentType, 100)}'; send it as application/json.");
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.Value?.Trim('"') is { Length: > 0 } charset
            && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            throw NotJson($"The body's charset is '{Sanitized.Text(charset, 100)}'; send JSON as UTF-8.");
        }
    }

    private static ProblemException NotJson(string detail) => new(TaskProblems.New(415, "not-json", "Only JSON is accepted", detail));

    private static ProblemException TooLarge(int limit) =>
        new(TaskProblems.New(413, "too-large", "Too large", $"The body has more than {limit} bytes, which is the limit of this server. "
            + "Send less, or raise TasksApiOptions.MaxRequestBodySize.", ("limit", limit)));

    private static ProblemException Malformed(string detail, string? path, long? line, long? column) => new(TaskProblems.New(
        400, "malformed-json", "The body is not the expected JSON", detail, ("path", path), ("line", line), ("column", column)));
}
