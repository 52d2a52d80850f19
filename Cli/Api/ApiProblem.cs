using System.Net;
using System.Text.Json;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Api;

/// <summary>Converts error responses of the server to errors of the tool.</summary>
internal static class ApiProblem
{
    private const string TypePrefix = "urn:orleans-tasks:";

    public static CliException Of(HttpResponseMessage response, string text, ServerAddress server)
    {
        var status = response.StatusCode;
        var problem = Read(text);
        var type = Member(problem, "type")?.Replace(TypePrefix, "", StringComparison.Ordinal);
        var code = (int)status >= 500 && type is not ("scheduler-stopped" or "overloaded" or "timed-out")
            ? ExitCodes.OutOfReach
            : ExitCodes.Refused;
        return new CliException(code, Line(response, problem, server), problem is null ? null : text);
    }

    private static string Line(HttpResponseMessage response, JsonElement? problem, ServerAddress server)
    {
        if (Member(problem, "detail") is { Length: > 0 } detail)
        {
            var title = Member(problem, "title");
            return (string.IsNullOrEmpty(title) || detail.StartsWith(title, StringComparison.Ordinal) ? detail : $"{title}: {detail}")
                + Retry(response);
        }

        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when server.Token is null =>
                $"{server.Api} requires authentication. Give a token: --token, ORLEANSTASKS_TOKEN, or a profile.",
            HttpStatusCode.Unauthorized => $"{server.Api} rejected the token. It may have expired. Use another token.",
            HttpStatusCode.Forbidden =>
                $"{server.Api} denied the request (403). Ask the administrator of the server for access, or use another token.",
            HttpStatusCode.NotFound =>
                $"{server.Api} has nothing at {response.RequestMessage?.RequestUri?.AbsolutePath}. Check that the API is there "
                    + "(--server with its path), and that the version of the server supports this request.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                $"{server.Api} redirects to {response.Headers.Location}. If you trust that address, use it for --server.",
            var other => $"{server.Api} answered {(int)other} {response.ReasonPhrase}. See the log of the server.",
        };
    }

    private static string Retry(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } wait ? $" Try again in {wait.TotalSeconds:0} s." : "";

    private static string? Member(JsonElement? problem, string name) =>
        problem is { ValueKind: JsonValueKind.Object } p && p.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonElement? Read(string text)
    {
        try
        {
            return text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
