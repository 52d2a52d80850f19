using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Clocks;

namespace OrleansTasks.Tests.Unit.Clocks;

public sealed class GrainClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(-10, 0)]
    [InlineData(11, 11)]
    [InlineData(-3_600, -3_600)]
    public void Compare_LargeDifferenceToThePartition_AdoptsItsTime(int seconds, int offset)
    {
        var clock = new GrainClock(_time, TimeSpan.FromSeconds(10));

        Assert.Equal(offset != 0, clock.Compare(Start.AddSeconds(seconds), TimeSpan.Zero));
        Assert.Equal(Start.AddSeconds(offset), clock.Now);
        Assert.Equal(Start, clock.OnSilo(clock.Now));
        Assert.False(clock.Compare(Start.AddSeconds(seconds), TimeSpan.Zero));
    }

    /// <summary>
    /// A silo that was paused processes the answer late. The partition's time in it is as old as the pause, and neither clock is wrong.
    /// </summary>
    [Theory]
    [InlineData(0, -30, 30, 0)]
    [InlineData(0, -30, 40, 0)]
    [InlineData(0, -30, 10, -20)]
    [InlineData(0, 30, 60, 30)]
    [InlineData(-3_600, -3_630, 30, -3_600)]
    [InlineData(-3_600, -30, 30, 0)]
    [InlineData(15, 9, 6, 15)]
    [InlineData(15, 9, 0, 0)]
    public void Compare_OldResponse_AdoptsTheSmallestPossibleOffset(int before, int seconds, int age, int expected)
    {
        var clock = new GrainClock(_time, TimeSpan.FromSeconds(10));
        clock.Compare(Start.AddSeconds(before), TimeSpan.Zero);

        clock.Compare(Start.AddSeconds(seconds), TimeSpan.FromSeconds(age));

        Assert.Equal(TimeSpan.FromSeconds(expected), clock.Offset);
    }

    [Fact]
    public void OnSilo_OfTheFirstAndTheLastInstant_StaysInRange()
    {
        var clock = new GrainClock(_time, TimeSpan.FromSeconds(10));
        clock.Compare(Start.AddDays(3), TimeSpan.Zero);
        Assert.Equal(DateTimeOffset.MinValue, clock.OnSilo(DateTimeOffset.MinValue));
        clock.Compare(Start.AddDays(-3), TimeSpan.Zero);
        Assert.Equal(DateTimeOffset.MaxValue, clock.OnSilo(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void Steady_OffsetChanges_Continues()
    {
        var clock = new GrainClock(_time, TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(5));
        clock.Compare(Start.AddDays(1), TimeSpan.Zero);

        Assert.Equal(Start.AddSeconds(5), clock.Steady);
        Assert.Equal(clock.Now.AddSeconds(2), clock.OfSteady(Start.AddSeconds(7)));
        Assert.Equal(Start.AddSeconds(2), clock.ToSteady(clock.Now.AddSeconds(-3)));
        Assert.Equal(Start.AddSeconds(5), clock.ToSteady(clock.Now.AddYears(1)));
    }
}
