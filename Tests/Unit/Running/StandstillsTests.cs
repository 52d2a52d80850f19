using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests that a silo detects a pause by the elapsed time, and doubts what it was told before.</summary>
public sealed class StandstillsTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(600, true)]
    public void Outdates_EarlierRequests_AfterALongStandstill(int seconds, bool expected)
    {
        var standstills = new Standstills(_clock);
        var taken = standstills.Look();
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, standstills.Outdates(taken));
        Assert.Equal(expected, standstills.Outdates(standstills.Look()));
    }

    /// <summary>A message from the time of the pause may arrive a little later. A message after that was sent since.</summary>
    [Fact]
    public void Outdates_LaterRequests_ForAWhile()
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

    /// <summary>It checks every second, also when the silo is idle.</summary>
    [Fact]
    public async Task Run_OnAQuietSilo_DetectsNoStandstill()
    {
        using var stop = new CancellationTokenSource();
        var standstills = new Standstills(_clock);

        // The time from creation until the silo has started.
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
