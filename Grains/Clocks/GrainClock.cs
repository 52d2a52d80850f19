namespace OrleansTasks.Clocks;

/// <summary>
/// The time of one task: that of its partition. A silo whose clock differs by more than is tolerated fires the tasks on it at the partition's time,
/// so that one wrong clock among many neither fires early nor claims what is not due.
/// </summary>
/// <param name="time">The clock of this silo.</param>
/// <param name="tolerance">By how much it may differ and still count.</param>
internal sealed class GrainClock(TimeProvider time, TimeSpan tolerance)
{
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    /// <summary>By how much the partition's clock is ahead of this silo's; zero while the difference is tolerated.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>By how much the task's time was moved since this was made, besides what has passed.</summary>
    public TimeSpan Shift { get; private set; }

    /// <summary>The task's time.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Offset;

    /// <summary>A time that goes on evenly, whatever is done to the clock. It is about the right time only at first: it is for measuring periods.</summary>
    public DateTimeOffset Steady => _since + time.GetElapsedTime(_start);

    /// <summary>The instant at which a timer of this silo has to tick for an instant of the task's time.</summary>
    public DateTimeOffset OnSilo(DateTimeOffset instant) =>
        Offset == TimeSpan.Zero ? instant
        : Offset > TimeSpan.Zero
            ? instant - DateTimeOffset.MinValue < Offset ? DateTimeOffset.MinValue : instant - Offset
            : DateTimeOffset.MaxValue - instant < -Offset ? DateTimeOffset.MaxValue : instant - Offset;

    /// <summary>The instant of the task's time at which the steady time will have come to another.</summary>
    public DateTimeOffset? OfSteady(DateTimeOffset? steady) => steady is { } at ? Now + (at - Steady) : null;

    /// <summary>The steady time of an instant that has passed; the present for one that has not.</summary>
    public DateTimeOffset ToSteady(DateTimeOffset past) => Now - past is { Ticks: > 0 } ago ? Steady - ago : Steady;

    /// <summary>Takes what the partition's clock said in an answer, which may have been on its way for as long as this silo stood still.</summary>
    /// <param name="partition">What it said.</param>
    /// <param name="age">How long ago that may have been: the time since the question.</param>
    /// <returns>Whether the offset is another one now.</returns>
    public bool Compare(DateTimeOffset partition, TimeSpan age)
    {
        var least = partition - time.GetUtcNow();
        var most = least + age;
        var slack = Offset == TimeSpan.Zero ? tolerance : tolerance / 2;
        if (least - slack <= Offset && Offset <= most + slack)
        {
            // It may be the same still.
            return false;
        }

        var difference = least > TimeSpan.Zero ? least : most < TimeSpan.Zero ? most : TimeSpan.Zero;
        var before = Offset;
        Offset = difference.Duration() > tolerance ? difference : TimeSpan.Zero;
        Shift += Offset - before;
        return true;
    }

    /// <summary>Takes that the clock of this silo was put forward or back.</summary>
    public void TakeStep(TimeSpan step) => Shift += step;

    /// <summary>Whether an instant that was recorded lies so far ahead that a clock must have been wrong.</summary>
    public bool IsAhead(DateTimeOffset? instant) => Times.IsAhead(instant, Now, tolerance);
}
