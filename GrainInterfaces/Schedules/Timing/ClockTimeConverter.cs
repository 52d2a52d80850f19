using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Reads and writes times of the day as <c>08:00</c>.</summary>
internal class ClockTimeConverter : JsonConverter<TimeOnly>
{
    private static readonly string[] Forms = ["HH:mm", "HH:mm:ss"];

    private protected virtual bool IsEnd => false;

    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text is "24:00" && IsEnd ? TimeOnly.MinValue
            : TimeOnly.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
            : throw new JsonException($"'{ShownText.Quote(text)}' is not a time of day such as 08:00.");
    }

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            IsEnd && value == TimeOnly.MinValue
                ? "24:00"
                : value.ToString(value.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture));

    /// <summary>Does the same where midnight is the end of the day: <c>24:00</c>.</summary>
    internal sealed class OfAnEnd : ClockTimeConverter
    {
        private protected override bool IsEnd => true;
    }
}
