using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Unit;

/// <summary>Provides a wall clock that a test can move forward and back while time passes evenly.</summary>
internal sealed class SteppedClock(FakeTimeProvider steady) : TimeProvider
{
    /// <summary>Gets or sets how far the clock is ahead of the elapsed time.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Ahead;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        steady.CreateTimer(callback, state, dueTime, period);
}
