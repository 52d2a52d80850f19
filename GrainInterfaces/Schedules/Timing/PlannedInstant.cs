namespace OrleansTasks.Schedules.Timing;

/// <summary>An instant that a schedule has planned.</summary>
/// <param name="At">When it is, in UTC.</param>
/// <param name="Nominal">When it was, in UTC, before a closed day or jitter had a say.</param>
/// <param name="Effects">What had a say.</param>
internal readonly record struct PlannedInstant(DateTimeOffset At, DateTimeOffset Nominal, OccurrenceEffects Effects)
{
    /// <summary>How much later it is than the local time that was planned, which clocks skipped.</summary>
    public TimeSpan Shift { get; init; }

    /// <summary>What is to become of it where its local time does not exist on another day; null if nothing was said.</summary>
    public GapRule? Gap { get; init; }

    public bool Occurs => (Effects & OccurrenceEffects.Dropped) == 0;

    public static PlannedInstant Plain(DateTimeOffset at) => new(at, at, OccurrenceEffects.None);
}
