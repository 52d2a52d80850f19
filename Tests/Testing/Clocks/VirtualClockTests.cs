using OrleansTasks.Testing.Clocks;

namespace OrleansTasks.Tests.Testing.Clocks;

/// <summary>Tests what timers see when a virtual clock moves.</summary>
public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void MoveTo_FiresTimersOnTheWay_AtTheirInstants()
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

    /// <summary>
    /// If the timeout started at an intermediate instant, a call that another thread makes during the move would time out at its end,
    /// without any time for an answer.
    /// </summary>
    [Fact]
    public void CreateTimer_WhileTheClockMoves_CountsFromTheTarget()
    {
        var clock = new VirtualClock(Start);
        var isOver = false;
        clock.CreateTimer(_ => clock.CreateTimer(_ => isOver = true, null, 2 * Second, Timeout.InfiniteTimeSpan), null, Second,
            Timeout.InfiniteTimeSpan);

        clock.MoveTo(Start + TimeSpan.FromHours(1));
        Assert.False(isOver);
        Assert.Equal(Start + TimeSpan.FromHours(1) + (2 * Second), clock.NextDue);
        clock.MoveTo(clock.NextDue!.Value);
        Assert.True(isOver);
    }
}
