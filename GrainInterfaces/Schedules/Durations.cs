using System.Globalization;

namespace OrleansTasks;

/// <summary>Durations for people.</summary>
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

    /// <param name="duration">The duration.</param>
    /// <param name="one">Whether a single unit is "1 hour"; it is "hour" otherwise, as after "every".</param>
    public static string InWords(TimeSpan duration, bool one = false)
    {
        foreach (var (ticks, unit) in Units)
        {
            if (duration.Ticks >= ticks && duration.Ticks % ticks == 0)
            {
                var count = duration.Ticks / ticks;
                return count == 1 && !one ? unit : count == 1 ? $"1 {unit}" : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}s");
            }
        }

        return duration.ToString("c", CultureInfo.InvariantCulture);
    }

    public static string InWords(DateTimeOffset instant) => string.Create(CultureInfo.InvariantCulture, $"{instant.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
