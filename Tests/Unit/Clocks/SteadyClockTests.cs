using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Clocks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that steps of the wall clock do not move the steady clock.</summary>
public sealed class SteadyClockTests
{
    [Theory]
    [InlineData(-86_400)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(86_400)]
    public void GetUtcNow_AfterAStep_ContinuesEvenly(int seconds)
    {
        var wall = new Wall();
        var steady = new SteadyClock(wall);
        var start = steady.GetUtcNow();
        Assert.Equal(wall.GetUtcNow(), start);

        wall.Offset = TimeSpan.FromSeconds(seconds);
        wall.Steady.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(start.AddSeconds(5), steady.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(-seconds), steady.Ahead);
    }

    private sealed class Wall : TimeProvider
    {
        public FakeTimeProvider Steady { get; } = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Steady.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Steady.GetUtcNow() + Offset;

        public override long GetTimestamp() => Steady.GetTimestamp();
    }
}
