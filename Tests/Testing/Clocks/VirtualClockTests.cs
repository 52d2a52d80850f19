using OrleansTasks.Testing.Clocks;

namespace OrleansTasks.Tests.Testing.Clocks;

/// <summary>What waits for a clock that is moved.</summary>
public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void MoveTo_FiresWhatIsDueOnTheWay_AtItsOwnInstant()
    {
        var clock = new VirtualClock(Start);
        var fired = new List<DateTimeOffset>();
        foreach (var seconds in new[] { 3, 1, 2, 11 })
        {
            clock.CreateTimer(_ => fired.Add(clock.Now), null, seconds * Second, Timeout.InfiniteTimeSpan);
        }

        clock.MoveTo(Start + (10 * Second));
        Assert.Equal([Start + Second, Start + (2 * Second), Start + (3 * Second)], fired);
        Assert.Equal(Start + (11 * Second), clock.NextDue);
    }

    /// <summary>A call that begins on the way, on another thread, would have lost its patience at the end of it, without any time in which it could be answered.</summary>
    [Fact]
    public void CreateTimer_WhileTheClockIsMoved_WaitsFromWhereItGoes()
    {
        var clock = new VirtualClock(Start);
        var isOver = false;
        clock.CreateTimer(_ => clock.CreateTimer(_ => isOver = true, null, 2 * Second, Timeout.InfiniteTimeSpan), null, Second, Timeout.InfiniteTimeSpan);

        clock.MoveTo(Start + TimeSpan.FromHours(1));
        Assert.False(isOver);
        Assert.Equal(Start + TimeSpan.FromHours(1) + (2 * Second), clock.NextDue);
        clock.MoveTo(clock.NextDue!.Value);
        Assert.True(isOver);
    }
}
