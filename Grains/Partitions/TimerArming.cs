namespace OrleansTasks;

/// <summary>Sets a grain timer, which counts relative times in whole milliseconds, to an instant.</summary>
internal static class TimerArming
{
    // Far below what timers take; a timer that comes early is armed again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(1);

    public static void Arm(IGrainTimer timer, DateTimeOffset instant, TimeProvider time)
    {
        DateTimeOffset now;
        do
        {
            now = time.GetUtcNow();
            timer.Change(Wait(instant, now), Timeout.InfiniteTimeSpan);
        }
        while (time.GetUtcNow() - now >= Precision);
    }

    /// <summary>The time until an instant, in whole milliseconds, never cut short: a timer that is early would be of no use.</summary>
    public static TimeSpan Wait(DateTimeOffset instant, DateTimeOffset now)
    {
        var wait = instant - now;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero
            : wait >= Longest ? Longest
            : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }
}
