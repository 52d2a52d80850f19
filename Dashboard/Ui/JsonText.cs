using System.Text.Json;

namespace OrleansTasks.Ui;

/// <summary>JSON as people read and write it. Pure.</summary>
internal static class JsonText
{
    private const int Longest = 100_000;
    private static readonly JsonSerializerOptions Pretty = new(TaskJson.Options) { WriteIndented = true };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, TaskJson.Options);

    /// <summary>The same JSON with line breaks; cut off where it is very long, and as it is if it is no JSON.</summary>
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

    /// <summary>Arguments as they were entered.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="TaskArgumentException">It is neither an array nor an object.</exception>
    public static TaskArguments Arguments(string json) =>
        string.IsNullOrWhiteSpace(json) ? TaskArguments.None : JsonSerializer.Deserialize<TaskArguments>(json, TaskJson.Options) ?? TaskArguments.None;
}
