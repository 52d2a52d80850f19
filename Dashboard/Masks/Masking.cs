using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Masks;

/// <summary>Lets the host's hook have its say before JSON or a text is shown.</summary>
internal sealed class Masking(Func<string?, MaskedKind, string, string>? mask, MaskingFaults? faults = null)
{
    public const string Hidden = "\"(hidden: the masking hook failed)\"";

    /// <summary>What may be shown of a piece of JSON.</summary>
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

            // Whatever the host's code throws: nothing is shown that it might have hidden.
            return Hidden;
        }
    }

    /// <summary>What may be shown of options, in which the arguments and headers of continuations are: those of other tasks.</summary>
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

    /// <summary>What a hook gave, as JSON; whatever it is, it is what is shown.</summary>
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

    /// <summary>What may be shown of a text.</summary>
    public string? Text(string? task, string? text)
    {
        if (mask is null || text is null)
        {
            return text;
        }

        var masked = Json(task, MaskedKind.Text, JsonSerializer.Serialize(text, TaskJson.Options));
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(masked) is { ValueKind: JsonValueKind.String } shown ? shown.GetString() : masked;
        }
        catch (JsonException)
        {
            return masked;
        }
    }
}
