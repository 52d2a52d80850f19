using System.Globalization;
using NodaTime;
using OrleansTasks.Text;

namespace OrleansTasks.Ui;

/// <summary>Formats instants and durations for readers, in one time zone. Pure.</summary>
public sealed class Clock(DateTimeZone zone)
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Gets the time zone's id.</summary>
    public string ZoneId => zone.Id;

    /// <summary>Converts an instant to local time in the time zone.</summary>
    public DateTimeOffset Local(DateTimeOffset instant)
    {
        var offset = zone.GetUtcOffset(NodaTime.Instant.FromDateTimeOffset(instant)).ToTimeSpan();
        var minutes = new TimeSpan(offset.Ticks - (offset.Ticks % TimeSpan.TicksPerMinute));
        return instant.UtcTicks + minutes.Ticks is > 0 and < 3155378975999999999L ? instant.ToOffset(minutes) : instant.ToUniversalTime();
    }

    /// <summary>
    /// Parses a local time from a form, in ISO 8601. If the text has an offset, the offset replaces the time zone. Returns null if the text
    /// is invalid.
    /// </summary>
    public DateTimeOffset? Instant(string? local) =>
        !InstantText.TryRead(local, out var time, out var offset) || !InstantText.TryRead(local, out var instant)
            || time.Year is <= 1 or >= 9999 ? null
        : offset is null ? zone.AtLeniently(LocalDateTime.FromDateTime(time)).ToDateTimeOffset().ToUniversalTime()
        : instant.ToUniversalTime();

    /// <summary>Formats an instant for an input field for local times.</summary>
    public string Input(DateTimeOffset instant) => Local(instant).ToString("yyyy-MM-ddTHH:mm", Culture);

    /// <summary>
    /// Formats an instant briefly: the time to the second if it is today; otherwise the date, with the year if it is not this year, and the
    /// time to the minute.
    /// </summary>
    public string Short(DateTimeOffset instant, DateTimeOffset now)
    {
        var (local, today) = (Local(instant), Local(now).Date);
        return local.Date == today ? local.ToString("HH:mm:ss", Culture)
            : local.Year == today.Year ? local.ToString("d MMM HH:mm", Culture)
            : local.ToString("d MMM yyyy HH:mm", Culture);
    }

    /// <summary>Formats the full date and time, with the offset.</summary>
    public string Long(DateTimeOffset instant) =>
        Local(instant).ToString("ddd d MMM yyyy HH:mm:ss", Culture) + (ZoneId == "UTC" ? " UTC" : Local(instant).ToString(" zzz", Culture));

    /// <summary>Formats the time to the millisecond, with the date unless it is today.</summary>
    public string Precise(DateTimeOffset instant, DateTimeOffset now)
    {
        var (local, today) = (Local(instant), Local(now).Date);
        var day = local.Date == today ? "" : local.Year == today.Year ? "d MMM " : "d MMM yyyy ";
        return local.ToString(day + "HH:mm:ss.fff", Culture);
    }

    /// <summary>Formats the time of day to the minute.</summary>
    public string Minute(DateTimeOffset instant) => Local(instant).ToString("HH:mm", Culture);

    /// <summary>Formats an instant in UTC.</summary>
    public static string Utc(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", Culture);

    /// <summary>Formats an instant for machines, in ISO 8601 and UTC.</summary>
    public static string Machine(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", Culture);

    /// <summary>Formats the distance to a past or future instant.</summary>
    public static string Relative(DateTimeOffset instant, DateTimeOffset now)
    {
        var away = instant - now;
        return away.Duration() < TimeSpan.FromSeconds(1) ? "now" : away > TimeSpan.Zero ? $"in {Rough(away)}" : $"{Rough(-away)} ago";
    }

    /// <summary>Formats the distance to a future instant. An instant that has passed is due now.</summary>
    public static string Ahead(DateTimeOffset instant, DateTimeOffset now) => instant <= now ? "now" : Relative(instant, now);

    /// <summary>Formats a duration in its largest unit or its two largest units.</summary>
    public static string Rough(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 60 } => $"{(int)duration.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{(int)duration.TotalMinutes} min",
        { TotalHours: < 24 } => duration.Minutes == 0
            ? $"{(int)duration.TotalHours} h"
            : $"{(int)duration.TotalHours} h {duration.Minutes} min",
        { TotalDays: < 14 } => duration.Hours == 0 ? $"{(int)duration.TotalDays} d" : $"{(int)duration.TotalDays} d {duration.Hours} h",
        _ => $"{(int)duration.TotalDays} d",
    };

    /// <summary>Formats a short duration to about three digits.</summary>
    public static string Exact(TimeSpan duration) => duration switch
    {
        { Ticks: < 0 } => "0 ms",
        { TotalMilliseconds: < 10 } => duration.TotalMilliseconds.ToString("0.##", Culture) + " ms",
        { TotalMilliseconds: < 1000 } => duration.TotalMilliseconds.ToString("0", Culture) + " ms",
        { TotalSeconds: < 100 } => duration.TotalSeconds.ToString("0.##", Culture) + " s",
        _ => Rough(duration),
    };
}
