using System.Text.Json;
using NodaTime;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules;

/// <summary>Reads the properties of a schedule's JSON. A property that is null counts as missing.</summary>
internal sealed class ScheduleJson(JsonElement json)
{
    public const string DurationForm = "a " + SpanText.Form;
    public const string InstantForm = "an " + InstantText.Form;

    public string? UnknownProperty(string[] known) =>
        json.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal));

    /// <summary>Returns a property that exists more than once, so that its value is ambiguous.</summary>
    public string? RepeatedProperty() =>
        json.EnumerateObject().GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Skip(1).Any())?.Key;

    public bool IsText(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;

    public bool Has(string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    public string? Text(string name) =>
        !Has(name) ? null : json.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()
            : throw NotValid(name, "a string");

    public int? Integer(string name) =>
        !Has(name) ? null : json.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value)
            ? value : throw NotValid(name, "a whole number");

    public IReadOnlyList<int> Integers(string name, int most) =>
        Items(name, most,
            e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var value) ? value : throw NotValid(name, e, "a whole number"));

    public IReadOnlyList<string> Texts(string name, int most) =>
        Items(name, most, e => e.ValueKind == JsonValueKind.String ? e.GetString()! : throw NotValid(name, e, "a string"));

    public TimeSpan? Duration(string name) => !Has(name) ? null
        : SpanText.TryRead(StringOf(json.GetProperty(name)), out var duration) ? duration
        : throw new JsonException(
            $"schedule.{name} is not valid: {SpanText.Fault(StringOf(json.GetProperty(name)) ?? TextOf(json.GetProperty(name)))}.");

    /// <summary>Reads an instant. Without an offset it is a local time of the given zone, or of UTC if there is none.</summary>
    public DateTimeOffset? Instant(string name, Func<DateTimeZone?>? zone = null)
    {
        if (!Has(name))
        {
            return null;
        }

        var text = StringOf(json.GetProperty(name));
        return InstantText.TryRead(text, out var local, out var offset) && InstantText.TryRead(text, out var instant)
            ? offset is null ? (zone?.Invoke() ?? DateTimeZone.Utc).ToInstant(local) : instant
            : throw NotValid(name, InstantForm);
    }

    /// <summary>Reads the instant at which something ends. A day without a time is included completely.</summary>
    public DateTimeOffset? End(string name, Func<DateTimeZone?> zone) =>
        Instant(name, zone) is not { } end ? null
        : json.GetProperty(name).GetString() is { Length: 10 } && end < DateTimeOffset.MaxValue.AddDays(-2)
            && Local(name, json.GetProperty(name)) is var day
            ? (zone() ?? DateTimeZone.Utc).ToInstant(day.AddDays(1)).AddTicks(-1)
            : end;

    /// <summary>Reads a local time. With an offset, it is of kind UTC.</summary>
    public DateTime? LocalTime(string name) => !Has(name) ? null : Local(name, json.GetProperty(name));

    public IReadOnlyList<DateTime> LocalTimes(string name) =>
        Has(name) ? Items(name, CalendarSchedule.MaxCount, time => Local(name, time)) : [];

    public IReadOnlyList<TaskSchedule> Schedules(string name, Func<JsonElement, TaskSchedule> read) =>
        Items(name, UnionSchedule.MaxSchedules, read);

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

    public JsonException NotValid(string name, string what) => NotValid(name, json.GetProperty(name), what);

    private static JsonException NotValid(string name, JsonElement element, string what) => new($"schedule.{name} is not valid: "
        + $"{TextOf(element)} is not {what}.");

    private static DateTime Local(string name, JsonElement element)
    {
        var text = StringOf(element);
        return InstantText.TryRead(text, out var local, out var offset) && InstantText.TryRead(text, out var instant)
            ? offset is null ? local : instant.UtcDateTime
            : throw NotValid(name, element, "a time such as 2030-01-31T09:00:00");
    }

    private List<T> Items<T>(string name, int most, Func<JsonElement, T> read)
    {
        if (json.GetProperty(name) is not { ValueKind: JsonValueKind.Array } array)
        {
            throw NotValid(name, "an array");
        }

        // The number is checked before any item is read.
        return array.GetArrayLength() is var count && count > most
            ? throw new JsonException($"schedule.{name} has {count} items; {most} are allowed.")
            : [.. array.EnumerateArray().Select(read)];
    }

    /// <summary>Returns a value in the form in which a message shows it.</summary>
    private static string TextOf(JsonElement element) => ShownText.Quote(element.GetRawText());

    private static string? StringOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
