using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit.Grains;

/// <summary>Tests how long results wait before they are written to the history.</summary>
public sealed class FlushPaceTests
{
    [Theory]
    [InlineData(500, 0, 500)]
    [InlineData(500, 1, 500)]
    [InlineData(500, 500, 500)]
    [InlineData(500, 2_000, 2_000)]
    [InlineData(500, 20_000, 8_000)]
    [InlineData(500, int.MaxValue, 8_000)]
    [InlineData(4_000, 2_000, 4_000)]
    [InlineData(60_000, 20_000, 60_000)]
    public void Period_IsTheTasksOwn_OrLongerWhenManyWait(int own, int waiting, int expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), FlushPace.Period(TimeSpan.FromMilliseconds(own), waiting));

    [Fact]
    public void Enter_CountsWaitingTasks()
    {
        var pace = new FlushPace();
        var own = TimeSpan.FromMilliseconds(10);
        for (var n = 1; n <= 100; n++)
        {
            Assert.Equal(TimeSpan.FromMilliseconds(Math.Max(10, n)), pace.Enter(own));
        }

        for (var n = 0; n < 60; n++)
        {
            pace.Leave();
        }

        Assert.Equal(TimeSpan.FromMilliseconds(41), pace.Enter(own));
    }
}
