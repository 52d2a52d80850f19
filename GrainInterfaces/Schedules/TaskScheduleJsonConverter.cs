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
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"a {json.ValueKind} was given");
        }

        var kinds = Kinds.Where(k => json.TryGetProperty(k, out _)).ToArray();
        if (kinds.Length != 1)
        {
            throw Fault(kinds.Length == 0 ? "none was given" : $"both {kinds[0]} and {kinds[1]} were given");
        }

        return kinds[0] switch
        {
            "every" => TaskSchedule.Every(Get<TimeSpan>(json, "every"), Has(json, "anchor") ? Get<DateTimeOffset>(json, "anchor") : null),
            "cron" => TaskSchedule.Cron(Get<string>(json, "cron"), Has(json, "timeZone") ? Get<string>(json, "timeZone") : null),
            "at" => TaskSchedule.At(Get<DateTimeOffset>(json, "at")),
            _ => TaskSchedule.After(Get<TimeSpan>(json, "after")),
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

    private static T Get<T>(JsonElement json, string name)
    {
        try
        {
            return json.GetProperty(name).Deserialize<T>() ?? throw new JsonException($"schedule.{name} is null.");
        }
        catch (JsonException e)
        {
            throw new JsonException($"schedule.{name} is not valid: {json.GetProperty(name).GetRawText()} is no {typeof(T).Name}.", e);
        }
    }

    private static JsonException Fault(string what) => new($"A schedule is an object with exactly one of {string.Join(", ", Kinds)}; {what}.");
}
