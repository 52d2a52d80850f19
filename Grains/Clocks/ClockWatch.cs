namespace OrleansTasks.Clocks;

/// <summary>Compares the wall clock with the monotonic one, and tells by how much the wall clock was put forward or back. Pure.</summary>
/// <remarks>Small differences add up until they are worth telling, so that a clock that is slewed is noticed too.</remarks>
/// <param name="utc">What the wall clock says at first.</param>
/// <param name="elapsed">What the monotonic clock says at the same time.</param>
internal sealed class ClockWatch(DateTimeOffset utc, TimeSpan elapsed)
{
    /// <summary>The smallest difference that is told.</summary>
    public static readonly TimeSpan Smallest = TimeSpan.FromMilliseconds(500);

    private DateTimeOffset _utc = utc;
    private TimeSpan _elapsed = elapsed;

    /// <summary>Takes what both clocks say now.</summary>
    /// <param name="utc">What the wall clock says.</param>
    /// <param name="elapsed">What the monotonic clock says.</param>
    /// <returns>By how much the wall clock is further than the time that has passed, negative if it is behind; null if the difference is too small to tell.</returns>
    public TimeSpan? Look(DateTimeOffset utc, TimeSpan elapsed)
    {
        var step = utc - _utc - (elapsed - _elapsed);
        if (step.Duration() < Smallest)
        {
            return null;
        }

        (_utc, _elapsed) = (utc, elapsed);
        return step;
    }
}
