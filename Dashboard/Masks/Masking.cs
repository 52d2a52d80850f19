using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Masks;

/// <summary>Applies the host's masking hook to JSON or text before it is displayed.</summary>
internal sealed class Masking(Func<string?, MaskedKind, string, string>? mask, MaskingFaults? faults = null)
{
    public const string Hidden = "\"(hidden: the masking hook failed)\"";

    /// <summary>Returns JSON as it may be displayed.</summary>
    public string Json(string? task, MaskedKind kind, string json)
    {
        if (mask is null)
        {
            return json;
        }

        try
        {
            return mask(task, kind, json) ?? Hidden;
        }
        catch (Exception e)
        {
            faults?.Add(e, task, kind);

            // Any exception of the hook hides the value, because the hook might have hidden it.
            return Hidden;
        }
    }

    /// <summary>Masks the arguments and headers of continuations in options. They belong to the continuations' tasks.</summary>
    public string Continuations(string options)
    {
        if (mask is null || JsonNode.Parse(options) is not JsonObject json || json["then"] is not JsonArray continuations)
        {
            return options;
        }

        foreach (var continuation in continuations.OfType<JsonObject>())
        {
            Mask(continuation, "arguments", MaskedKind.Arguments);
            Mask(continuation, "headers", MaskedKind.Headers);
        }

        return json.ToJsonString(TaskJson.Options);

        void Mask(JsonObject continuation, string member, MaskedKind kind)
        {
            if (continuation[member] is { } value)
            {
                continuation[member] = Node(Json((string?)continuation["task"], kind, value.ToJsonString(TaskJson.Options)));
            }
        }
    }

    /// <summary>Parses the output of a hook. Output that is not JSON becomes a JSON string.</summary>
    public static JsonNode? Node(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return JsonValue.Create(json);
        }
    }

    /// <summary>Returns text as it may be displayed.</summary>
    public string? Text(string? task, string? text)
    {
        if (mask is null || text is null)
        {
            return text;
        }

        var masked = Json(task, MaskedKind.Text, JsonSerializer.Serialize(text, TaskJson.Options));
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(masked) is { ValueKind: JsonValueKind.String } shown
                ? shown.GetString()
                : masked;
        }
        catch (JsonException)
        {
            return masked;
        }
    }
}
