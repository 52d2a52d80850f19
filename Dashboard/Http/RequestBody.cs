using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansTasks;

/// <summary>Reads JSON bodies: within the limits, and with errors that say where.</summary>
internal static class RequestBody
{
    /// <summary>Reads a body that may be left out.</summary>
    /// <returns>What was read; null for an empty body, or for null.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext http, TasksApi api)
        where T : class
    {
        var body = await ReadBytesAsync(http, api.Options.MaxRequestBodySize).ConfigureAwait(false);
        return body.IsEmpty ? null : Deserialize<T>(body.Span, api.RequestJson);
    }

    /// <summary>Reads any JSON at all.</summary>
    public static async Task<JsonElement> ReadElementAsync(HttpContext http, TasksApi api)
    {
        var body = await ReadBytesAsync(http, api.Options.MaxRequestBodySize).ConfigureAwait(false);
        return body.IsEmpty
            ? throw Malformed("The body is empty; any JSON is wanted.", null, null, null)
            : Deserialize<JsonElement>(body.Span, api.RequestJson);
    }

    private static T? Deserialize<T>(ReadOnlySpan<byte> body, JsonSerializerOptions options)
    {
        if (!Utf8.IsValid(body))
        {
            throw Malformed("The body is not UTF-8.", null, null, null);
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body, options);
        }
        catch (InvalidOperationException e)
        {
            throw Malformed(e.Message, null, null, null);
        }
        catch (JsonException e)
        {
            throw Malformed(e.Message, e.Path, e.LineNumber + 1, e.BytePositionInLine + 1);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext http, int limit)
    {
        var request = http.Request;
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            // The limit is kept here, to answer with a problem that names it.
            server.MaxRequestBodySize = null;
        }

        var buffer = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 1024) + 1);
        while (await request.Body.ReadAsync(buffer.GetMemory(1), http.RequestAborted).ConfigureAwait(false) is > 0 and var read)
        {
            RequireJson(request);
            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
            {
                throw TooLarge(limit);
            }
        }

        return buffer.WrittenMemory;
    }

    private static void RequireJson(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw new ProblemException(TaskProblems.New(
                415, "not-json", "Only JSON is taken", $"The body's content type is '{request.ContentType}'; send it as application/json."));
        }
    }

    private static ProblemException TooLarge(int limit) =>
        new(TaskProblems.New(413, "too-large", "Too large", $"The body has more than {limit} bytes, which is the limit of this server.", ("limit", limit)));

    private static ProblemException Malformed(string detail, string? path, long? line, long? column) => new(TaskProblems.New(
        400, "malformed-json", "The body is not the JSON that is wanted", detail, ("path", path), ("line", line), ("column", column)));
}
