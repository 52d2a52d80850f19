using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Commands;

/// <summary>Builds queries and request bodies from options.</summary>
internal static class Query
{
    public static string Of(params IEnumerable<(string Name, string? Value)> parameters)
    {
        var given = parameters.Where(static p => p.Value is not null)
            .Select(static p => $"{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    public static void Add(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    public static JsonObject? Headers(string[]? given)
    {
        if (given is not { Length: > 0 })
        {
            return null;
        }

        var headers = new JsonObject();
        foreach (var text in given)
        {
            var (name, value) = TextInput.Pair(text, "--header");
            headers[name] = value;
        }

        return headers;
    }
}
