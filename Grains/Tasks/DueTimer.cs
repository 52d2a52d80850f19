using OrleansTasks.Clocks;

namespace OrleansTasks.Tasks;

/// <summary>The one timer of a task for all that becomes due: it ticks at the exact instant.</summary>
/// <param name="turns">The grain's turns.</param>
/// <param name="clock">The task's time.</param>
/// <param name="timer">Ticks by the silo's clock.</param>
internal sealed class DueTimer(GrainTurns turns, GrainClock clock, InstantTimer timer)
{
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
            timer.Arm(clock.OnSilo(due));
        }
        else
        {
            timer.Stop();
        }
    }

    /// <summary>Has it tick by an instant, whatever else it ticks for; null: nothing changes.</summary>
    public void ArmBy(DateTimeOffset? instant)
    {
        if (instant is { } due && !turns.IsLeaving && !(ArmedFor <= due))
        {
            ArmedFor = due;
            timer.Arm(clock.OnSilo(due));
        }
    }
}
