using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>A schedule is an object whose first-named kind (every, cron, at, after) says which it is.</summary>
internal sealed class TaskScheduleJsonConverter : JsonConverter<TaskSchedule>
{
    private static readonly string[] Kinds = ["every", "cron", "at", "after"];

    public override bool CanConvert(Type typeToConvert) => typeof(TaskSchedule).IsAssignableFrom(typeToConvert);

    public override TaskSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"a {json.ValueKind} was given");
        }

        return KindOf(json) switch
        {
            "every" => TaskSchedule.Every(Duration(json, "every"), Has(json, "anchor") ? Instant(json, "anchor") : null),
            "cron" => TaskSchedule.Cron(Text(json, "cron"), Has(json, "timeZone") ? Text(json, "timeZone") : null),
            "at" => TaskSchedule.At(Instant(json, "at")),
            _ => TaskSchedule.After(Duration(json, "after")),
        };
    }

    public override void Write(Utf8JsonWriter writer, TaskSchedule value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case EverySchedule every:
                writer.WriteString("every", every.Interval.ToString("c"));
                if (every.Anchor is { } anchor)
                {
                    writer.WriteString("anchor", anchor);
                }

                break;
            case CronSchedule cron:
                writer.WriteString("cron", cron.Expression);
                if (cron.TimeZone is not null)
                {
                    writer.WriteString("timeZone", cron.TimeZone);
                }

                break;
            case AtSchedule at:
                writer.WriteString("at", at.Instant);
                break;
            case AfterSchedule after:
                writer.WriteString("after", after.Delay.ToString("c"));
                break;
            default:
                throw new NotSupportedException($"{value.GetType()} has no JSON form.");
        }

        writer.WriteEndObject();
    }

    private static bool Has(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static string KindOf(JsonElement json)
    {
        string? found = null;
        foreach (var kind in Kinds)
        {
            if (json.TryGetProperty(kind, out _))
            {
                found = found is null ? kind : throw Fault($"both {found} and {kind} were given");
            }
        }

        return found ?? throw Fault("none was given");
    }

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw NotValid(json, name, "text");

    private static DateTimeOffset Instant(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var instant) ? instant : throw NotValid(json, name, "instant such as 2030-01-31T09:00:00Z");

    private static TimeSpan Duration(JsonElement json, string name) =>
        json.GetProperty(name) is { ValueKind: JsonValueKind.String } text && TimeSpan.TryParseExact(text.GetString(), "c", CultureInfo.InvariantCulture, out var duration) ? duration : throw NotValid(json, name, "duration such as 00:05:00 or 1.00:00:00");

    private static JsonException NotValid(JsonElement json, string name, string what) =>
        new($"schedule.{name} is not valid: {json.GetProperty(name).GetRawText()} is no {what}.");

    private static JsonException Fault(string what) => new($"A schedule is an object with exactly one of {string.Join(", ", Kinds)}; {what}.");
}
