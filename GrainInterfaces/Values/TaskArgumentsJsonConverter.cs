using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Values;

/// <summary>
/// Reads and writes arguments: positional ones as an array, named ones as an object, and both together as <c>{"args":[…],"named":{…}}</c>
/// under a marker.
/// </summary>
internal sealed class TaskArgumentsJsonConverter : JsonConverter<TaskArguments>
{
    private const string PositionalMarker = "$args";
    private const string NamedMarker = "$named";

    public override TaskArguments Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(PositionalMarker, out var positional)
            && json.TryGetProperty(NamedMarker, out var named))
        {
            return new TaskArguments(Utf8(positional), Utf8(named));
        }

        return TaskArguments.FromJson(json);
    }

    public override void Write(Utf8JsonWriter writer, TaskArguments value, JsonSerializerOptions options)
    {
        if (value.NamedUtf8.IsEmpty)
        {
            writer.WriteRawValue(value.PositionalUtf8);
        }
        else if (value.PositionalUtf8.SequenceEqual("[]"u8) && !value.NamedArguments!.Value.TryGetProperty(PositionalMarker, out _))
        {
            writer.WriteRawValue(value.NamedUtf8);
        }
        else
        {
            writer.WriteStartObject();
            writer.WritePropertyName(PositionalMarker);
            writer.WriteRawValue(value.PositionalUtf8);
            writer.WritePropertyName(NamedMarker);
            writer.WriteRawValue(value.NamedUtf8);
            writer.WriteEndObject();
        }
    }

    private static byte[] Utf8(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());
}
