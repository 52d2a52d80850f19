using System.Text.Json;

namespace OrleansTasks.Ui;

/// <summary>Lets the host's hook have its say before JSON or a text is shown.</summary>
internal sealed class Masking(Func<string?, MaskedKind, string, string>? mask)
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
        catch (Exception)
        {
            // Whatever the host's code throws: nothing is shown that it might have hidden.
            return Hidden;
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
