namespace OrleansTasks.Clocks;

/// <summary>
/// Gives the time of one task: that of its partition. A silo whose clock differs by more than the tolerance fires its tasks at the
/// partition's time, so that one wrong clock among many neither fires early nor claims occurrences that are not due.
/// </summary>
/// <param name="time">The clock of this silo.</param>
/// <param name="tolerance">The difference that is tolerated.</param>
internal sealed class GrainClock(TimeProvider time, TimeSpan tolerance)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    /// <summary>Gets by how much the partition's clock is ahead of this silo's. It is zero while the difference is tolerated.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>Gets by how much the task's time was shifted since this object was created, apart from the time that has passed.</summary>
    public TimeSpan Shift { get; private set; }

    /// <summary>Gets the task's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Offset;

    /// <summary>
    /// Gets a time that advances evenly, whatever happens to the clock. It is approximately right only at first, and serves to measure
    /// periods.
    /// </summary>
    public DateTimeOffset Steady => _since + time.GetElapsedTime(_start);

    /// <summary>Returns the instant by this silo's clock at which a timer must fire for an instant of the task's time.</summary>
    public DateTimeOffset OnSilo(DateTimeOffset instant) =>
        Offset == TimeSpan.Zero ? instant
        : Offset > TimeSpan.Zero
            ? instant - DateTimeOffset.MinValue < Offset ? DateTimeOffset.MinValue : instant - Offset
            : DateTimeOffset.MaxValue - instant < -Offset ? DateTimeOffset.MaxValue : instant - Offset;

    /// <summary>Returns the instant of the task's time at which the steady time reaches another instant.</summary>
    public DateTimeOffset? OfSteady(DateTimeOffset? steady) => steady is { } at ? Now + (at - Steady) : null;

    /// <summary>Returns the steady time of a past instant, or the present steady time for a future one.</summary>
    public DateTimeOffset ToSteady(DateTimeOffset past) => Now - past is { Ticks: > 0 } ago ? Steady - ago : Steady;

    /// <summary>
    /// Compares the clock with the partition's time in an answer, which may have been delayed for as long as this silo stalled.
    /// </summary>
    /// <param name="partition">The partition's time.</param>
    /// <param name="age">The maximum age of that time: the time since the question.</param>
    /// <returns>Whether the offset has changed.</returns>
    public bool Compare(DateTimeOffset partition, TimeSpan age)
    {
        var least = partition - time.GetUtcNow();
        var most = least + age;
        var slack = Offset == TimeSpan.Zero ? tolerance : tolerance / 2;
        if (least - slack <= Offset && Offset <= most + slack)
        {
            // The offset may still be the same.
            return false;
        }

        var difference = least > TimeSpan.Zero ? least : most < TimeSpan.Zero ? most : TimeSpan.Zero;
        var before = Offset;
        Offset = difference.Duration() > tolerance ? difference : TimeSpan.Zero;
        Shift += Offset - before;
        return true;
    }

    /// <summary>Records that the clock of this silo was set forward or back.</summary>
    public void TakeStep(TimeSpan step) => Shift += step;

    /// <summary>Decides whether a recorded instant lies so far ahead that a clock must have been wrong.</summary>
    public bool IsAhead(DateTimeOffset? instant) => Times.IsAhead(instant, Now, tolerance);
}
