using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>Checks waiting callers and waiting runs for as long as there are any, and keeps the grain active meanwhile.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="timers">Creates the timer.</param>
/// <param name="house">What it checks.</param>
internal sealed class Housekeeper(GrainTurns turns, TimerFactory timers, IKeptHouse house)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private IGrainTimer? _timer;

    /// <summary>Gets the period of checks while something waits, and the time after which a failed operation is tried again.</summary>
    public static TimeSpan RetryPeriod { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts checking soon, and continues while there is something to check.</summary>
    public void Keep()
    {
        if (!turns.IsLeaving)
        {
            _timer ??= timers(LookAsync, RetryPeriod);
        }
    }

    private Task LookAsync()
    {
        try
        {
            house.LookAfter();
        }
        finally
        {
            if (house.IsInOrder)
            {
                _timer?.Dispose();
                _timer = null;
            }
            else
            {
                _timer?.Change(house.IsUrgent ? RetryPeriod : Period, Timeout.InfiniteTimeSpan);
            }
        }

        return Task.CompletedTask;
    }
}
