namespace OrleansTasks.Schedules.Timing;

/// <summary>Converts the times of a grid to a box, in UTC. Pure.</summary>
internal static class GridBox
{
    /// <summary>Returns a box for a grid, or null if none can be determined.</summary>
    /// <param name="interval">The period.</param>
    /// <param name="anchor">An instant on the grid.</param>
    /// <param name="all">
    /// Whether the box must contain all times of the grid, and may contain others. Otherwise it contains no others.
    /// </param>
    public static TimeBox? Of(TimeSpan interval, DateTimeOffset anchor, bool all)
    {
        var (step, first) = (interval.Ticks, anchor.UtcTicks);
        if (!all && step < TimeSpan.TicksPerSecond && TimeSpan.TicksPerSecond % step == 0 && first % step == 0)
        {
            return TimeBox.All;
        }

        if (step % TimeSpan.TicksPerSecond != 0 || first % TimeSpan.TicksPerSecond != 0)
        {
            return null;
        }

        // In a unit that the period divides, the grid has the same times each time. In a finer unit it has one time, and in a coarser one
        // all.
        var seconds = Set(step, first, TimeSpan.TicksPerSecond, 60);
        var minutes = step < TimeSpan.TicksPerMinute ? TimeBox.AllMinutes : Set(step, first, TimeSpan.TicksPerMinute, 60);
        var hours = step < TimeSpan.TicksPerHour ? TimeBox.AllHours : Set(step, first, TimeSpan.TicksPerHour, 24);
        var isWhole = step <= TimeSpan.TicksPerMinute ? TimeSpan.TicksPerMinute % step == 0
            : step <= TimeSpan.TicksPerHour ? step % TimeSpan.TicksPerMinute == 0 && TimeSpan.TicksPerHour % step == 0
            : step % TimeSpan.TicksPerHour == 0 && TimeSpan.TicksPerDay % step == 0;
        return isWhole || all ? new TimeBox(seconds, minutes, hours, TimeBox.AllMonthDays, TimeBox.AllMonths, TimeBox.AllWeekdays) : null;
    }

    /// <summary>Returns the values of a unit of the clock that a grid reaches. Returns all, if they are not always the same.</summary>
    private static ulong Set(long step, long first, long unit, int count)
    {
        if (step % unit != 0)
        {
            return (1UL << count) - 1;
        }

        var (set, value) = (0UL, first / unit % count);
        for (var n = 0; n < count; n++, value = (value + (step / unit)) % count)
        {
            set |= 1UL << (int)value;
        }

        return set;
    }
}
