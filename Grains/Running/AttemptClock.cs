namespace OrleansTasks.Running;

/// <summary>
/// The time of one attempt: that of its task when it was ordered, and what has passed here since then. The wall clock of the silo that makes the attempt may be wrong, or be set while
/// it is under way, and cuts no run short by that, nor lets one go on.
/// </summary>
/// <param name="orderedAt">The task's time when it was ordered; null if that is not known.</param>
/// <param name="time">The clocks of this silo.</param>
internal readonly struct AttemptClock(DateTimeOffset? orderedAt, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();

    /// <summary>The present. A silo of an earlier version does not say what its task's time is; then it is the time of this silo.</summary>
    public DateTimeOffset Now => orderedAt is { } at ? at + time.GetElapsedTime(_since) : time.GetUtcNow();
}
