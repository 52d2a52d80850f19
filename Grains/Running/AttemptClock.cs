namespace OrleansTasks.Running;

/// <summary>
/// Gives the time of one attempt: its task's time when it was ordered, plus the time that has passed here since then. The wall clock of the
/// silo that makes the attempt may be wrong, or be set during the attempt. That neither shortens nor prolongs a run.
/// </summary>
/// <param name="orderedAt">The task's time when the attempt was ordered, or null if it is not known.</param>
/// <param name="time">The clocks of this silo.</param>
internal readonly struct AttemptClock(DateTimeOffset? orderedAt, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();

    /// <summary>
    /// Gets the present time. A silo of an earlier version does not send its task's time; then this is the time of this silo.
    /// </summary>
    public DateTimeOffset Now => orderedAt is { } at ? at + time.GetElapsedTime(_since) : time.GetUtcNow();
}
