namespace OrleansTasks;

/// <summary>An instant that a schedule has planned.</summary>
/// <param name="At">When it is, in UTC.</param>
/// <param name="Nominal">When it was, in UTC, before a closed day or jitter had a say.</param>
/// <param name="Effects">What had a say.</param>
internal readonly record struct PlannedInstant(DateTimeOffset At, DateTimeOffset Nominal, OccurrenceEffects Effects)
{
    public bool Occurs => (Effects & OccurrenceEffects.Dropped) == 0;

    public static PlannedInstant Plain(DateTimeOffset at) => new(at, at, OccurrenceEffects.None);
}
