using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;

namespace OrleansTasks.Schedules;

/// <summary>
/// Reads and writes schedules. A schedule is an object with a property for its kind (every, cron, rrule, at, after, any), the properties of
/// the kind, and the common ones.
/// </summary>
internal sealed class TaskScheduleJsonConverter : JsonConverter<TaskSchedule>
{
    private readonly bool _check;

    /// <summary>Creates a converter for schedules from callers.</summary>
    public TaskScheduleJsonConverter()
        : this(check: true)
    {
    }

    /// <summary>Creates a converter.</summary>
    /// <param name="check">
    /// Whether it searches for occurrences. It does not for stored schedules: one that this version would reject must not prevent others
    /// from being read.
    /// </param>
    public TaskScheduleJsonConverter(bool check) => _check = check;

    private static readonly string[] Common = ["start", "end", "maxRuns", "calendar", "calendars", "closedDays", "businessDays", "jitter",
        "jitterRule"];

    private static readonly (string Name, string[] Properties)[] Kinds =
    [
        ("every", ["anchor", "timeZone", "gap", "overlap"]),
        ("cron", ["timeZone", "gap", "overlap", "days"]),
        ("rrule", ["timeZone", "gap", "overlap", "rdates", "exdates"]),
        ("at", ["timeZone", "gap", "overlap"]),
        ("after", []),
        ("any", ["except"]),
    ];

    public override bool CanConvert(Type typeToConvert) => typeof(TaskSchedule).IsAssignableFrom(typeToConvert);

    public override TaskSchedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, TaskSchedule value, JsonSerializerOptions options) =>
        new ScheduleJsonWriter(writer, options).Write(value);

    private TaskSchedule Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Fault($"a {element.ValueKind} was given");
        }

        var json = new ScheduleJson(element);
        if (json.RepeatedProperty() is { } repeated)
        {
            throw new JsonException($"schedule.{ShownText.Quote(repeated)} is given more than once. Give it once.");
        }

        var kind = KindOf(element);
        if (json.UnknownProperty([kind.Name, .. kind.Properties, .. Common]) is { } unknown)
        {
            throw new JsonException($"schedule.{ShownText.Quote(unknown)} is not known; a schedule with {kind.Name} can have "
                + $"{string.Join(", ", [.. kind.Properties, .. Common])}.");
        }

        return ReadLimits(json, ReadKind(json, kind.Name), hasOwnStart: kind.Name == "rrule");
    }

    private TaskSchedule ReadKind(ScheduleJson json, string kind)
    {
        var zone = json.Text("timeZone");
        var (gap, overlap) = (json.Name<GapRule>("gap"), json.Name<OverlapRule>("overlap"));
        return kind switch
        {
            "every" when zone is not null || (gap, overlap) is not (null, null)
                || CalendarPeriod.HasMonths(Text(json, "every")) => ReadPeriod(json, zone, gap, overlap),
            "every" => new EverySchedule(json.Duration("every") ?? throw json.NotValid("every", ScheduleJson.DurationForm),
                json.Instant("anchor"), _check),
            "cron" => new CronSchedule(json.Text("cron") ?? throw json.NotValid("cron", "a string"), zone, gap, overlap,
                json.Name<CronDays>("days") ?? CronDays.Both, _check),
            "rrule" => new CalendarSchedule(json.Text("rrule") ?? throw json.NotValid("rrule", "a string"), json.LocalTime("start"), zone,
                json.LocalTimes("rdates"), json.LocalTimes("exdates"), gap, overlap, _check),
            "at" => ReadAt(json, zone, gap, overlap),
            "after" => new AfterSchedule(json.Duration("after") ?? throw json.NotValid("after", ScheduleJson.DurationForm), _check),
            _ => new UnionSchedule(json.Schedules("any", Read), json.Has("except") ? json.Schedules("except", Read) : [], _check),
        };
    }

    /// <summary>Reads a period that is counted on the calendar of a zone. It is a rule.</summary>
    private CalendarSchedule ReadPeriod(ScheduleJson json, string? zone, GapRule? gap, OverlapRule? overlap) =>
        CalendarPeriod.RuleOf(Text(json, "every")) is { } rule
        ? new CalendarSchedule(rule, json.LocalTime("anchor"), zone, null, null, gap, overlap, _check)
        : throw json.NotValid("every", $"a {CalendarPeriod.Form}, which timeZone, gap and overlap require; other spans are the same in all "
            + "zones");

    private static TaskSchedule ReadAt(ScheduleJson json, string? zone, GapRule? gap, OverlapRule? overlap)
    {
        var instant = json.Instant("at") ?? throw json.NotValid("at", ScheduleJson.InstantForm);
        if (zone is not null && json.LocalTime("at") is { Kind: DateTimeKind.Unspecified } local)
        {
            return new AtSchedule(local, zone, gap, overlap);
        }

        return (gap, overlap) is (null, null)
            ? new AtSchedule(instant, zone)
            : throw new JsonException($"schedule.at is {instant:O} with schedule.gap or schedule.overlap; they are allowed only with a "
                + "local time without an offset, and with schedule.timeZone.");
    }

    private static string? Text(ScheduleJson json, string name) => json.IsText(name) ? json.Text(name) : null;

    private TaskSchedule ReadLimits(ScheduleJson json, TaskSchedule schedule, bool hasOwnStart)
    {
        var calendar = json.Text("calendar");
        if (calendar is not null && json.Has("calendars"))
        {
            throw new JsonException("schedule.calendar and schedule.calendars are both set; list all calendars in schedule.calendars.");
        }

        var calendars = json.Has("calendars") ? json.Texts("calendars", ScheduleLimits.MostCalendars) : calendar is null ? [] : [calendar];
        var closed = json.Name<ClosedDayRule>("closedDays");
        var limits = new ScheduleLimits
        {
            Start = hasOwnStart ? null : json.Instant("start", () => schedule.Zone)?.ToUniversalTime(),
            End = json.End("end", () => schedule.Zone)?.ToUniversalTime(),
            MaxRuns = json.Integer("maxRuns"),
            Jitter = json.Duration("jitter") ?? TimeSpan.Zero,
            ClosedDays = closed ?? ClosedDayRule.Drop,
            BusinessDays = json.Has("businessDays") ? BusinessDayNumbers.Of(json.Integers("businessDays", 62)) : 0,
        }.On(calendars);
        limits = json.Name<JitterRule>("jitterRule") is not { } rule ? limits
            : json.Has("jitter") ? limits with { JitterRule = limits.Jitter == TimeSpan.Zero ? JitterRule.Later : rule }
            : throw new JsonException("schedule.jitterRule requires schedule.jitter, which is not set.");
        if (closed is not null && calendars.Count == 0)
        {
            throw new JsonException("schedule.closedDays requires schedule.calendar, which is not set.");
        }

        return limits == ScheduleLimits.None && !json.Has("jitter") ? schedule : schedule.WithLimits(limits, _check);
    }

    private static (string Name, string[] Properties) KindOf(JsonElement json)
    {
        (string Name, string[] Properties)? found = null;
        foreach (var kind in Kinds)
        {
            if (json.TryGetProperty(kind.Name, out _))
            {
                found = found is null ? kind : throw Fault($"both {found.Value.Name} and {kind.Name} were given");
            }
        }

        return found ?? throw Fault("none was given");
    }

    private static JsonException Fault(string what) =>
        new($"A schedule is an object with exactly one of {string.Join(", ", Kinds.Select(k => k.Name))}; {what}.");
}
