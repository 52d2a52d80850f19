namespace OrleansTasks.Clocks;

/// <summary>
/// Compares the wall clock with the monotonic one, and determines by how much the wall clock was set forward or back. Pure.
/// </summary>
/// <remarks>Small differences add up until they are worth reporting, so that a clock that is slewed is detected too.</remarks>
/// <param name="utc">The wall clock at the start.</param>
/// <param name="elapsed">The monotonic clock at the same time.</param>
internal sealed class ClockWatch(DateTimeOffset utc, TimeSpan elapsed)
{
    /// <summary>The smallest difference that is reported.</summary>
    public static readonly TimeSpan Smallest = TimeSpan.FromMilliseconds(500);

    private DateTimeOffset _utc = utc;
    private TimeSpan _elapsed = elapsed;

    /// <summary>Compares the present values of both clocks.</summary>
    /// <param name="utc">The wall clock.</param>
    /// <param name="elapsed">The monotonic clock.</param>
    /// <returns>
    /// By how much the wall clock has advanced more than the elapsed time, negative if it has advanced less. Null if the difference is too
    /// small to report.
    /// </returns>
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
