using Microsoft.Extensions.Logging;

namespace OrleansTasks.Clocks;

/// <summary>
/// Implements a grain's timer that fires at an instant. Grain timers take relative times, in whole milliseconds. A time that is set within
/// a callback counts from the callback's end, when the clock may have advanced. So the work of a callback runs on a turn of its own, after
/// it, and the clock is read again after the timer was set.
/// </summary>
/// <param name="timers">Creates the timer.</param>
/// <param name="tick">Called at the instant.</param>
/// <param name="time">The clock by which the instant is determined.</param>
/// <param name="log">The log.</param>
internal sealed partial class InstantTimer(TimerFactory timers, Action tick, TimeProvider time, ILogger log) : IDisposable
{
    // This is far below the maximum of timers. A timer that fires early is set again by its callback.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static bool _isArming;
    private IGrainTimer? _timer;

    /// <summary>
    /// Gets whether this thread is setting a timer for an instant at which something is due. A test's clock advances from one of these
    /// instants to the next, and ignores the checks that are made every few seconds.
    /// </summary>
    public static bool IsArming => _isArming;

    /// <summary>Makes it fire at an instant, at most a day from now, and not before.</summary>
    public void Arm(DateTimeOffset instant)
    {
        _timer ??= timers(OnTickAsync, Timeout.InfiniteTimeSpan);
        _isArming = true;
        try
        {
            DateTimeOffset now;
            do
            {
                now = time.GetUtcNow();
                _timer.Change(Wait(instant, now), Timeout.InfiniteTimeSpan);
            }
            while (time.GetUtcNow() - now >= Precision);
        }
        finally
        {
            _isArming = false;
        }
    }

    /// <summary>Stops the timer.</summary>
    public void Stop() => _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer?.Dispose();

    /// <summary>
    /// Returns the time until an instant in whole milliseconds, rounded up, because a timer that fires early would be useless.
    /// </summary>
    public static TimeSpan Wait(DateTimeOffset instant, DateTimeOffset now)
    {
        var wait = instant - now;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero
            : wait >= Longest ? Longest
            : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private Task OnTickAsync()
    {
        Task.Factory.StartNew(Tick, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
        return Task.CompletedTask;
    }

    private void Tick()
    {
        try
        {
            tick();
        }
        catch (Exception e)
        {
            // Otherwise the timer would never fire again.
            LogFault(log, e.ToString());
            Arm(time.GetUtcNow() + PauseAfterFault);
        }
    }

    [LoggerMessage(213, LogLevel.Error, "Executing due work failed; retrying. {Reason}")]
    private static partial void LogFault(ILogger logger, string reason);
}
