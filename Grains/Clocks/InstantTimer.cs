using Microsoft.Extensions.Logging;

namespace OrleansTasks.Clocks;

/// <summary>
/// A timer of a grain that ticks at an instant. Grain timers count relative times, in whole milliseconds; and what they are set to within a tick they count from the tick's end, when
/// the clock may have gone on. So what a tick does is done on a turn of its own, after it, and the clock is looked at again after the timer was set.
/// </summary>
/// <param name="timers">Makes the timer.</param>
/// <param name="tick">What is done at the instant.</param>
/// <param name="time">The clock that says when the instant is.</param>
/// <param name="log">The log.</param>
internal sealed partial class InstantTimer(TimerFactory timers, Action tick, TimeProvider time, ILogger log) : IDisposable
{
    // Far below what timers take; a timer that comes early is set again by its tick.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static bool _isArming;
    private IGrainTimer? _timer;

    /// <summary>Whether this thread is setting a timer for an instant at which something is due. A clock of a test goes from one of these to the next, and not to the looks that are taken every few seconds.</summary>
    public static bool IsArming => _isArming;

    /// <summary>Has it tick at an instant, at most a day from now, and not before.</summary>
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

    /// <summary>Has it not tick.</summary>
    public void Stop() => _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer?.Dispose();

    /// <summary>The time until an instant, in whole milliseconds, never cut short: a timer that is early would be of no use.</summary>
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
            // It would never tick again.
            LogFault(log, e.ToString());
            Arm(time.GetUtcNow() + PauseAfterFault);
        }
    }

    [LoggerMessage(213, LogLevel.Error, "Executing due work failed; retrying. {Reason}")]
    private static partial void LogFault(ILogger logger, string reason);
}
