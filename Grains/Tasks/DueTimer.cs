namespace OrleansTasks;

/// <summary>The one timer of a task for all that becomes due: it ticks at the exact instant.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="clock">The task's time.</param>
/// <param name="time">The silo's clock, which timers go by.</param>
/// <param name="timers">Makes the timer.</param>
/// <param name="signals">Is told of each tick.</param>
internal sealed class DueTimer(GrainTurns turns, GrainClock clock, TimeProvider time, TimerFactory timers, ITaskSignals signals)
{
    private IGrainTimer? _timer;

    /// <summary>When it ticks next; null if it does not.</summary>
    public DateTimeOffset? ArmedFor { get; private set; }

    /// <summary>Has it tick at an instant, and not before; null: not at all.</summary>
    public void ArmFor(DateTimeOffset? instant)
    {
        if (turns.IsLeaving)
        {
            return;
        }

        ArmedFor = instant;
        if (instant is { } due)
        {
            Arm(due);
        }
        else
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Has it tick by an instant, whatever else it ticks for; null: nothing changes.</summary>
    public void ArmBy(DateTimeOffset? instant)
    {
        if (instant is { } due && !turns.IsLeaving && !(ArmedFor <= due))
        {
            ArmedFor = due;
            Arm(due);
        }
    }

    private void Arm(DateTimeOffset instant)
    {
        _timer ??= timers(signals.TickAsync, Timeout.InfiniteTimeSpan);
        TimerArming.Arm(_timer, clock.OnSilo(instant), time);
    }
}
