using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>A silo that stood still notices that by the time that has passed, and doubts what it had been told before.</summary>
public sealed class StandstillsTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(600, true)]
    public void Outdates_WhatWasTakenBefore_IfItWasLong(int seconds, bool expected)
    {
        var standstills = new Standstills(_clock);
        var taken = standstills.Look();
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, standstills.Outdates(taken));
        Assert.Equal(expected, standstills.Outdates(standstills.Look()));
    }

    /// <summary>A message that was sent meanwhile may come a little later; what comes later still was sent since.</summary>
    [Fact]
    public void Outdates_WhatWasTakenAfterIt_ForAWhile()
    {
        var standstills = new Standstills(_clock);
        var before = standstills.Look();
        _clock.Advance(TimeSpan.FromMinutes(1));
        standstills.Look();
        for (var n = 0; n < Standstills.Settling.TotalSeconds; n++)
        {
            Assert.True(standstills.Outdates(standstills.Look()));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(standstills.Outdates(standstills.Look()));
        Assert.True(standstills.Outdates(before));
    }

    /// <summary>It looks each second, also when nothing is asked of it.</summary>
    [Fact]
    public async Task Run_OfASiloThatIsQuiet_DoubtsNothing()
    {
        using var stop = new CancellationTokenSource();
        var standstills = new Standstills(_clock);

        // From when it was made until the silo is up.
        _clock.Advance(TimeSpan.FromMinutes(1));
        var running = standstills.RunAsync(stop.Token);
        for (var n = 0; n < 100; n++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(standstills.Outdates(standstills.Look()));
        await stop.CancelAsync();
        await running;
    }
}
