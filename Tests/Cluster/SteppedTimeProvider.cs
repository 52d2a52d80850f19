using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Represents a wall clock that can step forward and back. As on a real machine, timers and timestamps follow the monotonic clock. With
/// <see cref="FakeTimeProvider"/> alone, timers would move with the wall clock.
/// </summary>
/// <param name="steady">The monotonic clock. Several wall clocks may share one.</param>
internal sealed class SteppedTimeProvider(FakeTimeProvider steady) : TimeProvider
{
    private long _offset;

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        steady.CreateTimer(callback, state, dueTime, period);

    /// <summary>Steps the wall clock forward or back. Timers are not affected.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
