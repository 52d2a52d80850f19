using System.Text.Json;

namespace OrleansTasks.Ui;

/// <summary>Formats and parses JSON for users. Pure.</summary>
internal static class JsonText
{
    private const int Longest = 100_000;
    private static readonly JsonSerializerOptions Pretty = new(TaskJson.Options) { WriteIndented = true };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, TaskJson.Options);

    /// <summary>Formats JSON with indentation. Very long JSON is cut off, and text that is not JSON is returned unchanged.</summary>
    public static string Indented(string json)
    {
        if (json.Length > Longest)
        {
            return json[..Longest] + $"… ({json.Length:N0} characters)";
        }

        try
        {
            return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json), Pretty);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Parses arguments that a user entered.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    /// <exception cref="TaskArgumentException">The JSON is neither an array nor an object.</exception>
    public static TaskArguments Arguments(string json) =>
        string.IsNullOrWhiteSpace(json)
            ? TaskArguments.None
            : JsonSerializer.Deserialize<TaskArguments>(json, TaskJson.Options) ?? TaskArguments.None;
}
