namespace OrleansTasks.Reminders;

/// <summary>Converts the due time and the period of a reminder to a schedule.</summary>
internal static class ReminderSchedules
{
    // For shorter due times, the first tick is relative to the registration. The clocks of two silos may differ by more than the due time,
    // and no occurrence is planned before the registration.
    private static readonly TimeSpan ShortDueTime = TimeSpan.FromMinutes(1);

    // An occurrence is strictly later than the registration.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    /// <summary>Returns the schedule that occurs first after the due time and then once in each period.</summary>
    /// <param name="now">The present instant.</param>
    /// <param name="dueTime">The time to the first tick.</param>
    /// <param name="period">The time from one tick to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The due time is negative or too long, or the period is too short.</exception>
    /// <exception cref="InvalidTaskException">The period is too long.</exception>
    public static TaskSchedule Of(DateTimeOffset now, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > DateTimeOffset.MaxValue - now)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dueTime), dueTime, "The due time of a reminder must not be negative or infinite, or end after the year 9999.");
        }

        if (period < TaskSchedule.MinimumPeriod)
        {
            throw new ArgumentOutOfRangeException(
                nameof(period), period, "The period of a reminder must be at least 1 ms. For a single tick, register it with a schedule.");
        }

        var first = now + dueTime;
        return dueTime >= ShortDueTime
            ? From(first, period)
            : TaskSchedule.Any(
                TaskSchedule.After(dueTime > AtOnce ? dueTime : AtOnce), TaskSchedule.Every(period, first).From(first + period));
    }

    /// <summary>Returns the schedule that occurs first at an instant, which may have passed, and then once in each period.</summary>
    public static TaskSchedule From(DateTimeOffset first, TimeSpan period) => TaskSchedule.Every(period, first).From(first);
}
