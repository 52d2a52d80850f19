namespace OrleansTasks.Clocks;

/// <summary>
/// Implements a clock that advances evenly, whatever happens to the wall clock. It is for code that measures periods by subtracting
/// instants. Otherwise, when the clock is set back by an hour, Orleans' failure detector would check no silo for an hour, and no grain
/// could be activated for as long.
/// </summary>
/// <param name="time">The wall clock, the timers and the monotonic clock of this silo.</param>
internal sealed class SteadyClock(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly long _start = time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    /// <summary>Gets by how much this clock is ahead of the wall clock, negative if it is behind.</summary>
    public TimeSpan Ahead => GetUtcNow() - time.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _since + time.GetElapsedTime(_start);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
