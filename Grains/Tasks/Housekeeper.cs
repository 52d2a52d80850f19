using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>Looks after waiting callers and waiting runs for as long as there are any, and keeps the grain active meanwhile.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="timers">Makes the timer.</param>
/// <param name="house">What is looked after.</param>
internal sealed class Housekeeper(GrainTurns turns, TimerFactory timers, IKeptHouse house)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private IGrainTimer? _timer;

    /// <summary>How often it looks when something waits, and how soon what could not be done is tried again.</summary>
    public static TimeSpan RetryPeriod { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks soon, and from then on as long as there is something to look after.</summary>
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
