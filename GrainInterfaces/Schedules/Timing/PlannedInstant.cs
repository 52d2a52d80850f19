namespace OrleansTasks.Schedules.Timing;

/// <summary>Represents an instant that a schedule has planned.</summary>
/// <param name="At">The instant in UTC.</param>
/// <param name="Nominal">The instant in UTC before closed days and jitter were applied.</param>
/// <param name="Effects">What influenced it.</param>
internal readonly record struct PlannedInstant(DateTimeOffset At, DateTimeOffset Nominal, OccurrenceEffects Effects)
{
    /// <summary>Gets how much later it is than the planned local time, which does not exist because of a clock change.</summary>
    public TimeSpan Shift { get; init; }

    /// <summary>Gets what happens to it if its local time does not exist on another day, or null if no rule was given.</summary>
    public GapRule? Gap { get; init; }

    public bool Occurs => (Effects & OccurrenceEffects.Dropped) == 0;

    public static PlannedInstant Plain(DateTimeOffset at) => new(at, at, OccurrenceEffects.None);
}
