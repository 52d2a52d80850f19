using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Values;

/// <summary>Headers are an object of texts.</summary>
internal sealed class TaskHeadersJsonConverter : JsonConverter<TaskHeaders>
{
    public override TaskHeaders Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Headers are an object of texts.");
        }

        var headers = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            headers.Add(new KeyValuePair<string, string>(name, reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"The header '{name}' is no text.")));
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
