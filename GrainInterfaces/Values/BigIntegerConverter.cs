using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Text;

namespace OrleansTasks.Values;

/// <summary>
/// Writes <see cref="BigInteger"/> as a JSON number with all its digits, and reads it from a number or a string of digits.
/// </summary>
internal sealed class BigIntegerConverter : JsonConverter<BigInteger>
{
    public override BigInteger Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => Parse(Encoding.UTF8.GetString(reader.ValueSpan)),
        JsonTokenType.String => Parse(reader.GetString()!),
        _ => throw new JsonException($"A {reader.TokenType} is not an integer; a JSON number without a fraction, or a string of digits, is "
            + "expected."),
    };

    public override BigInteger ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString(CultureInfo.InvariantCulture), skipInputValidation: true);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, BigInteger value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString(CultureInfo.InvariantCulture));

    // Exponents are not accepted: a few characters could request a number of gigabytes.
    private static BigInteger Parse(string text) =>
        BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new JsonException($"'{ShownText.Quote(text)}' is not an integer; digits and perhaps a sign are allowed, but no fraction "
            + "and no exponent.");
}
