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

    public static string InWords(TimeSpan duration)
    {
        foreach (var (ticks, unit) in Units)
        {
            if (duration.Ticks >= ticks && duration.Ticks % ticks == 0)
            {
                var count = duration.Ticks / ticks;
                return count == 1 ? unit : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}s");
            }
        }

        return duration.ToString("c", CultureInfo.InvariantCulture);
    }
}
