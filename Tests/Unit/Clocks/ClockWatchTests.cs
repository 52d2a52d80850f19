using OrleansTasks.Clocks;

namespace OrleansTasks.Tests.Unit.Clocks;

public sealed class ClockWatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(1.4, 1, null)]
    [InlineData(0.6, 1, null)]
    [InlineData(1.5, 1, 0.5)]
    [InlineData(0.5, 1, -0.5)]
    [InlineData(181, 1, 180.0)]
    [InlineData(-86_399, 1, -86_400.0)]
    [InlineData(3_600, 3_600, null)]
    public void Look_AtBothClocks_ReturnsTheDifference(double wall, double elapsed, double? step)
    {
        var watch = new ClockWatch(Start, TimeSpan.Zero);

        Assert.Equal(step is { } s ? TimeSpan.FromSeconds(s) : null, watch.Look(Start.AddSeconds(wall), TimeSpan.FromSeconds(elapsed)));
    }

    [Fact]
    public void Look_ClockThatRunsTooFast_IsReportedWhenItAccumulates()
    {
        var watch = new ClockWatch(Start, TimeSpan.Zero);
        var told = Enumerable.Range(1, 1100).Select(n => watch.Look(Start.AddSeconds(n * 1.001), TimeSpan.FromSeconds(n)))
            .OfType<TimeSpan>().ToList();

        Assert.Equal(2, told.Count);
        Assert.All(told, t => Assert.InRange(t, ClockWatch.Smallest, ClockWatch.Smallest * 1.01));
    }

    [Fact]
    public void Look_AfterAStep_ReportsItOnce()
    {
        var watch = new ClockWatch(Start, TimeSpan.Zero);
        Assert.NotNull(watch.Look(Start.AddSeconds(101), TimeSpan.FromSeconds(1)));
        Assert.Null(watch.Look(Start.AddSeconds(102), TimeSpan.FromSeconds(2)));
    }
}
