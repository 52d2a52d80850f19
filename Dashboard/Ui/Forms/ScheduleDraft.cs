using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Ui;

/// <summary>Defines the kinds of schedules that a form can edit.</summary>
public enum ScheduleKind
{
    /// <summary>No schedule: the task runs only on request.</summary>
    None,

    /// <summary>A fixed period.</summary>
    Every,

    /// <summary>A cron expression.</summary>
    Cron,

    /// <summary>A recurrence rule.</summary>
    Rule,

    /// <summary>One run at an instant.</summary>
    Once,

    /// <summary>Any schedule, as JSON.</summary>
    Json,
}

/// <summary>Represents a schedule while a user edits it. Settings without a field stay unchanged. Pure.</summary>
public sealed class ScheduleDraft
{
    private static readonly JsonSerializerOptions Indented = new(TaskJson.Options) { WriteIndented = true };
    private readonly JsonObject _original;

    /// <summary>Creates a draft of a schedule.</summary>
    public ScheduleDraft(TaskSchedule? schedule, Clock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _original = schedule is null ? [] : JsonSerializer.SerializeToNode(schedule, TaskJson.Options)!.AsObject();
        Json = schedule is null ? "" : JsonSerializer.Serialize(schedule, Indented);
        Kind = schedule switch
        {
            null => ScheduleKind.None,
            EverySchedule => ScheduleKind.Every,
            CronSchedule => ScheduleKind.Cron,
            CalendarSchedule => ScheduleKind.Rule,
            AtSchedule { LocalTime: null, TimeZone: null } => ScheduleKind.Once,
            _ => ScheduleKind.Json,
        };
        Every = Text("every") ?? "00:05:00";
        Cron = Text("cron") ?? "0 9 * * MON-FRI";
        Rule = Text("rrule") ?? "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0";
        Zone = Text("timeZone") ?? (schedule is null ? clock.ZoneId : "");
        At = schedule is AtSchedule at ? clock.Input(at.Instant) : "";
    }

    /// <summary>Gets or sets the kind.</summary>
    public ScheduleKind Kind { get; set; }

    /// <summary>Gets or sets the period.</summary>
    public string Every { get; set; }

    /// <summary>Gets or sets the cron expression.</summary>
    public string Cron { get; set; }

    /// <summary>Gets or sets the recurrence rule.</summary>
    public string Rule { get; set; }

    /// <summary>Gets or sets the time zone; empty for UTC.</summary>
    public string Zone { get; set; }

    /// <summary>Gets or sets the instant, as local time.</summary>
    public string At { get; set; }

    /// <summary>Gets or sets the whole schedule as JSON.</summary>
    public string Json { get; set; }

    /// <summary>Reads the schedule from the input.</summary>
    /// <param name="clock">The time zone of <see cref="At"/>.</param>
    /// <param name="fault">The error of the input; null if it is valid.</param>
    /// <returns>The schedule; null if there is none or the input is invalid.</returns>
    public TaskSchedule? Read(Clock clock, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(clock);
        fault = null;
        try
        {
            return Kind switch
            {
                ScheduleKind.None => null,
                ScheduleKind.Every => Of("every", Every.Trim()),
                ScheduleKind.Cron => Of("cron", Cron.Trim(), Zone),
                ScheduleKind.Rule => Of("rrule", Rule.Trim(), Zone),
                ScheduleKind.Once when clock.Instant(At) is { } at =>
                    Of("at", at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
                ScheduleKind.Once => throw new InvalidTaskException(null, ["The date or the time is missing. Give both."]),
                _ => JsonSerializer.Deserialize<TaskSchedule>(Json, TaskJson.Options),
            };
        }
        catch (Exception e) when (e is JsonException or TaskException or NotSupportedException or ArgumentException)
        {
            fault = e is InvalidTaskException invalid ? string.Join(" ", invalid.Faults) : e.Message;
            return null;
        }
    }

    private string? Text(string name) => _original[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private TaskSchedule? Of(string kind, string value, string? zone = null)
    {
        var json = _original.ContainsKey(kind) ? _original.DeepClone().AsObject() : [];
        json[kind] = value;
        if (zone is not null)
        {
            json.Remove("timeZone");
            if (zone.Trim() is { Length: > 0 } id)
            {
                json["timeZone"] = id;
            }
        }

        return json.Deserialize<TaskSchedule>(TaskJson.Options);
    }
}
