using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace OrleansTasks;

/// <summary>Reads the properties of a schedule's JSON; a property that is null is as one that is not there.</summary>
internal sealed class ScheduleJson(JsonElement json)
{
    public const string DurationForm = "duration such as 00:05:00 or 1.00:00:00";
    public const string InstantForm = "instant such as 2030-01-31T09:00:00Z";

    public string? UnknownProperty(string[] known) => json.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal));

    /// <summary>A property that is there more than once: it is not known which of them is meant.</summary>
    public string? RepeatedProperty() => json.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any())?.Key;

    public bool IsText(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    public bool Has(string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string name) => !Has(name) ? null : json.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : throw NotValid(name, "text");

    public int? Integer(string name) => !Has(name) ? null : json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : throw NotValid(name, "whole number");

    public TimeSpan? Duration(string name) => !Has(name) ? null
        : TimeSpan.TryParseExact(StringOf(json.GetProperty(name)), "c", CultureInfo.InvariantCulture, out var duration) ? duration
        : throw NotValid(name, DurationForm);

    /// <summary>An instant; without an offset it is a local time of a zone, and of UTC where there is none.</summary>
    public DateTimeOffset? Instant(string name, DateTimeZone? zone)
    {
        if (!Has(name))
        {
            return null;
        }

        var time = Time(json.GetProperty(name)) ?? throw NotValid(name, InstantForm);
        return time.Kind != DateTimeKind.Unspecified ? new DateTimeOffset(time.ToUniversalTime()) : (zone ?? DateTimeZone.Utc).ToInstant(time);
    }

    /// <summary>An instant up to which something lasts; a day without a time belongs to it as a whole.</summary>
    public DateTimeOffset? End(string name, DateTimeZone? zone) =>
        Instant(name, zone) is not { } end ? null
        : json.GetProperty(name).GetString() is { Length: 10 } && end < DateTimeOffset.MaxValue.AddDays(-2) && Local(name, json.GetProperty(name)) is var day
            ? (zone ?? DateTimeZone.Utc).ToInstant(day.AddDays(1)).AddTicks(-1)
            : end;

    /// <summary>A local time; with an offset, of kind UTC.</summary>
    public DateTime? LocalTime(string name) => !Has(name) ? null : Local(name, json.GetProperty(name));

    public IReadOnlyList<DateTime> LocalTimes(string name) => Has(name) ? Items(name, time => Local(name, time)) : [];

    public IReadOnlyList<TaskSchedule> Schedules(string name, Func<JsonElement, TaskSchedule> read) => Items(name, read);

    public T? Name<T>(string name)
        where T : struct, Enum
    {
        if (!Has(name))
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) == StringOf(json.GetProperty(name)))
            {
                return value;
            }
        }

        throw NotValid(name, "one of " + string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)));
    }

    public JsonException NotValid(string name, string what) => new($"schedule.{name} is not valid: {json.GetProperty(name).GetRawText()} is no {what}.");

    private DateTime Local(string name, JsonElement element) => Time(element) is { } time ? (time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time) : throw NotValid(name, "time such as 2030-01-31T09:00:00");

    private List<T> Items<T>(string name, Func<JsonElement, T> read) => json.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(read)] : throw NotValid(name, "array");

    private static DateTime? Time(JsonElement element) => element.ValueKind == JsonValueKind.String && element.TryGetDateTime(out var time) ? time : null;

    private static string? StringOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
