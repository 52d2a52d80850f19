using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Values;

/// <summary>
/// Writes JSON so that texts with the same meaning become equal: without whitespace, members ordered by name, numbers in their shortest
/// form, texts with the same escapes. Of a repeated member the last one is used, as in System.Text.Json. Pure.
/// </summary>
internal static class CanonicalJson
{
    // Numbers with larger exponents are compared as text.
    private const int MaxExponent = 1_000;

    /// <summary>Returns the canonical text of a value.</summary>
    public static string Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer,
            new JsonWriterOptions { Encoder = TaskJson.Options.Encoder, SkipValidation = true, MaxDepth = TaskJson.MaxStoredDepth }))
        {
            Write(writer, value);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Returns the canonical text of JSON.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = TaskJson.MaxStoredDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        return Of(document.RootElement);
    }

    /// <summary>
    /// Returns the shortest form of a number: digits without zeros at either end, and a power of ten. Returns the text itself if its
    /// exponent is unreasonable.
    /// </summary>
    public static string OfNumber(string text)
    {
        var negative = text.StartsWith('-');
        var exponentAt = text.IndexOfAny(['e', 'E']);
        var mantissa = text[(negative ? 1 : 0)..(exponentAt < 0 ? text.Length : exponentAt)];
        var exponent = BigInteger.Zero;
        if (exponentAt >= 0
            && !BigInteger.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return text;
        }

        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        var significant = digits.TrimStart('0');
        if (significant.Length == 0)
        {
            return "0";
        }

        var trimmed = significant.TrimEnd('0');
        exponent += significant.Length - trimmed.Length;
        return BigInteger.Abs(exponent) > MaxExponent ? text : $"{(negative ? "-" : "")}{trimmed}{(exponent.IsZero ? "" : $"e{exponent}")}";
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    members[member.Name] = member.Value;
                }

                writer.WriteStartObject();
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    Write(writer, member);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                writer.WriteRawValue(OfNumber(value.GetRawText()), skipInputValidation: true);
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
