using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Unit;

/// <summary>A clock that can be put forward and back, while time goes on evenly.</summary>
internal sealed class SteppedClock(FakeTimeProvider steady) : TimeProvider
{
    /// <summary>By how much it is ahead of the time that has passed.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Ahead;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => steady.CreateTimer(callback, state, dueTime, period);
}
