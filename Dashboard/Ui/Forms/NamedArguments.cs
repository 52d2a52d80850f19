using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Ui;

/// <summary>Arguments that were given by position, with the names of the parameters. Pure.</summary>
internal static class NamedArguments
{
    /// <summary>The arguments with the names that a handler has for them.</summary>
    /// <param name="json">The arguments as JSON, as they may be shown.</param>
    /// <param name="handler">The handler; null if it is not known.</param>
    /// <returns>An object; or the same text, if the arguments have names already, or are more than the handler's parameters, or nothing is known of these.</returns>
    public static string Of(string json, HandlerInfo? handler)
    {
        if (handler is null or { TakesAny: true } || Read(json) is not { Count: > 0 } values || values.Count > handler.Parameters.Count)
        {
            return json;
        }

        var named = new JsonObject();
        foreach (var (parameter, value) in handler.Parameters.Zip(values))
        {
            named[parameter.Name] = value?.DeepClone();
        }

        return named.ToJsonString(TaskJson.Options);
    }

    // Whatever the masking hook made of them.
    private static JsonArray? Read(string json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonArray;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
