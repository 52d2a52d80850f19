using System.Globalization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Formats durations for people.</summary>
internal static class Durations
{
    private static readonly (long Ticks, string Unit)[] Units =
    [
        (TimeSpan.TicksPerDay, "day"),
        (TimeSpan.TicksPerHour, "hour"),
        (TimeSpan.TicksPerMinute, "minute"),
        (TimeSpan.TicksPerSecond, "second"),
        (TimeSpan.TicksPerMillisecond, "millisecond"),
        (TimeSpan.TicksPerMicrosecond, "microsecond"),
    ];

    /// <summary>Returns a duration in words.</summary>
    /// <param name="duration">The duration.</param>
    /// <param name="one">Whether a single unit is "1 hour". Otherwise it is "hour", as after "every".</param>
    public static string InWords(TimeSpan duration, bool one = false)
    {
        foreach (var (ticks, unit) in Units)
        {
            if (duration.Ticks >= ticks && duration.Ticks % ticks == 0)
            {
                var count = duration.Ticks / ticks;
                if (count > 120 && ticks is >= TimeSpan.TicksPerSecond and < TimeSpan.TicksPerDay)
                {
                    // Nobody can read 93784 seconds at a glance.
                    return Compound(duration);
                }

                return count == 1 && !one ? unit : count == 1
                    ? $"1 {unit}" : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}s");
            }
        }

        return duration.ToString("c", CultureInfo.InvariantCulture);
    }

    private static string Compound(TimeSpan duration)
    {
        var parts = new List<string>();
        var rest = duration.Ticks;
        foreach (var (ticks, unit) in Units.Where(u => u.Ticks >= TimeSpan.TicksPerSecond))
        {
            var count = Math.DivRem(rest, ticks, out rest);
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}"));
            }
        }

        return string.Join(' ', parts);
    }

    public static string InWords(DateTimeOffset instant) =>
        string.Create(CultureInfo.InvariantCulture, $"{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
