using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Text;

namespace OrleansTasks.Values;

/// <summary>Reads and writes headers, which must be an object of strings.</summary>
internal sealed class TaskHeadersJsonConverter : JsonConverter<TaskHeaders>
{
    public override TaskHeaders Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Headers must be an object of strings, not a {reader.TokenType}.");
        }

        var headers = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            headers.Add(
                new KeyValuePair<string, string>(name,
                    reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException(
                $"The header '{ShownText.Quote(name)}' must be a string, not a {reader.TokenType}.")));
        }

        return TaskHeaders.Of(headers, TaskHeaders.None);
    }

    public override void Write(Utf8JsonWriter writer, TaskHeaders value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }
}
