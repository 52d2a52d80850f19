using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansTasks.Text;

namespace OrleansTasks.Values;

/// <summary>
/// Reads and writes instants in JSON. One without an offset is in UTC, where the serializer would use the machine's zone. The format is
/// that of the serializer.
/// </summary>
internal sealed class InstantJsonConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // This is the form that this library and most others write. Nothing has to be copied.
        if (reader is { TokenType: JsonTokenType.String, HasValueSequence: false, ValueIsEscaped: false } && HasOffset(reader.ValueSpan)
            && reader.TryGetDateTimeOffset(out var known))
        {
            return known;
        }

        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return InstantText.TryRead(text, out var instant) ? instant : throw Fault(text, reader.TokenType);
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    public override DateTimeOffset ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        InstantText.TryRead(reader.GetString(), out var instant) ? instant : throw Fault(reader.GetString(), JsonTokenType.String);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        JsonMetadataServices.DateTimeOffsetConverter.WriteAsPropertyName(writer, value, options);

    private static JsonException Fault(string? text, JsonTokenType token) =>
        new(text is null ? $"A {token} is not a valid {InstantText.Form}." : $"'{ShownText.Quote(text)}' is not a valid "
            + $"{InstantText.Form}; without an offset it is in UTC.");

    private static bool HasOffset(ReadOnlySpan<byte> text) => text.Length > 16 && (text[^1] == 'Z' || text[^6] is (byte)'+' or (byte)'-');
}
