using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>Runs the one timer of a task for everything that becomes due. It ticks at the exact instant.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="clock">The task's time.</param>
/// <param name="timer">The timer on the silo's clock.</param>
internal sealed class DueTimer(GrainTurns turns, GrainClock clock, InstantTimer timer)
{
    /// <summary>Gets when the timer ticks next; null if it does not.</summary>
    public DateTimeOffset? ArmedFor { get; private set; }

    /// <summary>Sets the timer to tick at an instant and not before. Null stops it.</summary>
    public void ArmFor(DateTimeOffset? instant)
    {
        if (turns.IsLeaving)
        {
            return;
        }

        ArmedFor = instant;
        if (instant is { } due)
        {
            timer.Arm(clock.OnSilo(due));
        }
        else
        {
            timer.Stop();
        }
    }

    /// <summary>Makes the timer tick no later than an instant. It may tick earlier for another reason. Null changes nothing.</summary>
    public void ArmBy(DateTimeOffset? instant)
    {
        if (instant is { } due && !turns.IsLeaving && !(ArmedFor <= due))
        {
            ArmedFor = due;
            timer.Arm(clock.OnSilo(due));
        }
    }
}
