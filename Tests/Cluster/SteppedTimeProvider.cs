using Microsoft.Extensions.Time.Testing;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// A wall clock that can be put forward and back while time goes on: timers and timestamps follow the monotonic clock, as those of a machine do.
/// With <see cref="FakeTimeProvider"/> alone, timers would move along with the wall clock.
/// </summary>
/// <param name="steady">The monotonic clock; several wall clocks may share one.</param>
internal sealed class SteppedTimeProvider(FakeTimeProvider steady) : TimeProvider
{
    private long _offset;

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => steady.CreateTimer(callback, state, dueTime, period);

    /// <summary>Puts the wall clock forward, or back. No timer notices.</summary>
    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}
