using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Text;

namespace OrleansTasks.Values;

/// <summary>Reads time spans in JSON with <see cref="SpanText"/>, and writes them as <c>d.hh:mm:ss</c>, like the serializer.</summary>
internal sealed class SpanJsonConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number =>
                System.Text.Encoding.UTF8.GetString(
                    reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan),
            var token => throw new JsonException($"A {token} is not a valid {SpanText.Form}."),
        };
        return reader.TokenType == JsonTokenType.String && SpanText.TryRead(text, out var span)
            ? span
            : throw new JsonException(SpanText.Fault(text) + ".");
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out var length, "c");
        writer.WriteStringValue(text[..length]);
    }

    public override TimeSpan ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SpanText.TryRead(reader.GetString(), out var span) ? span : throw new JsonException(SpanText.Fault(reader.GetString()) + ".");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString("c"));
}
