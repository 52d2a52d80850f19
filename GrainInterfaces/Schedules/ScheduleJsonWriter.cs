using System.Text.Json;

namespace OrleansTasks.Schedules;

/// <summary>Writes schedules as JSON. <see cref="TaskScheduleJsonConverter"/> reads them.</summary>
/// <param name="writer">The writer.</param>
/// <param name="options">The options for nested schedules.</param>
internal readonly struct ScheduleJsonWriter(Utf8JsonWriter writer, JsonSerializerOptions options)
{
    /// <summary>Writes a schedule as an object.</summary>
    public void Write(TaskSchedule value)
    {
        writer.WriteStartObject();
        switch (value)
        {
            case EverySchedule every:
                writer.WriteString("every", every.Interval.ToString("c"));
                WriteGiven("anchor", every.Anchor);
                break;
            case CronSchedule cron:
                writer.WriteString("cron", cron.Expression);
                WriteClock(cron.TimeZone, cron.Gap, cron.Overlap);
                if (cron.Days != CronDays.Both)
                {
                    writer.WriteString("days", JsonNamingPolicy.CamelCase.ConvertName(cron.Days.ToString()));
                }

                break;
            case CalendarSchedule calendar:
                writer.WriteString("rrule", calendar.Rule);
                if (calendar.RuleStart is { } start)
                {
                    writer.WriteString("start", start);
                }

                WriteClock(calendar.TimeZone, calendar.Gap, calendar.Overlap);
                WriteTimes("rdates", calendar.Include);
                WriteTimes("exdates", calendar.Exclude);
                break;
            case AtSchedule at:
                if (at.LocalTime is { } local)
                {
                    writer.WriteString("at", local);
                }
                else
                {
                    writer.WriteString("at", at.Instant);
                }

                WriteClock(at.TimeZone, at.Gap, at.Overlap);
                break;
            case AfterSchedule after:
                writer.WriteString("after", after.Delay.ToString("c"));
                break;
            case UnionSchedule union:
                WriteSchedules("any", union.Schedules);
                if (union.Exceptions.Count > 0)
                {
                    WriteSchedules("except", union.Exceptions);
                }

                break;
            default:
                throw new NotSupportedException($"{value.GetType()} has no JSON form.");
        }

        WriteLimits(value);
        writer.WriteEndObject();
    }

    private void WriteLimits(TaskSchedule schedule)
    {
        WriteGiven("start", schedule.Start);
        WriteGiven("end", schedule.End);
        if (schedule.MaxRuns is { } count)
        {
            writer.WriteNumber("maxRuns", count);
        }

        if (schedule.BusinessCalendars is { Count: > 0 } calendars)
        {
            WriteCalendars(calendars);
            if (schedule.BusinessDays is { Count: > 0 } numbers)
            {
                writer.WriteStartArray("businessDays");
                foreach (var number in numbers)
                {
                    writer.WriteNumberValue(number);
                }

                writer.WriteEndArray();
            }
            else
            {
                writer.WriteString("closedDays", JsonNamingPolicy.CamelCase.ConvertName(schedule.ClosedDays.ToString()));
            }
        }

        if (schedule.Jitter > TimeSpan.Zero)
        {
            writer.WriteString("jitter", schedule.Jitter.ToString("c"));
            if (schedule.JitterRule != JitterRule.Later)
            {
                writer.WriteString("jitterRule", JsonNamingPolicy.CamelCase.ConvertName(schedule.JitterRule.ToString()));
            }
        }
    }

    /// <summary>Writes the calendars. A single calendar keeps the form of earlier versions.</summary>
    private void WriteCalendars(IReadOnlyList<string> calendars)
    {
        if (calendars.Count == 1)
        {
            writer.WriteString("calendar", calendars[0]);
            return;
        }

        writer.WriteStartArray("calendars");
        foreach (var calendar in calendars)
        {
            writer.WriteStringValue(calendar);
        }

        writer.WriteEndArray();
    }

    private void WriteClock(string? zone, GapRule? gap, OverlapRule? overlap)
    {
        foreach (var (name, value) in new[]
        {
            ("timeZone", zone), ("gap", Camel(gap?.ToString())), ("overlap", Camel(overlap?.ToString()))
        })
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }

        static string? Camel(string? name) => name is null ? null : JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    private void WriteTimes(string name, IReadOnlyList<DateTime> times)
    {
        if (times.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var time in times)
            {
                writer.WriteStringValue(time);
            }

            writer.WriteEndArray();
        }
    }

    private void WriteSchedules(string name, IReadOnlyList<TaskSchedule> schedules)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, schedules, options);
    }

    private void WriteGiven(string name, DateTimeOffset? instant)
    {
        if (instant is { } value)
        {
            writer.WriteString(name, value);
        }
    }
}
