using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Ui;

/// <summary>Adds parameter names to positional arguments. Pure.</summary>
internal static class NamedArguments
{
    /// <summary>Returns the arguments with the names of a handler's parameters.</summary>
    /// <param name="json">The arguments as JSON, after masking.</param>
    /// <param name="handler">The handler; null if it is unknown.</param>
    /// <returns>
    /// An object. The JSON is unchanged if the arguments already have names, outnumber the parameters, or the parameters are unknown.
    /// </returns>
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

    // The masking hook may have returned anything, so the text need not be an array or JSON.
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
