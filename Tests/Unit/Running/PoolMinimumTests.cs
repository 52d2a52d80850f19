using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the minimum number of threads of the pool.</summary>
public sealed class PoolMinimumTests
{
    [Theory]
    [InlineData(2, 0, 100, 8)]
    [InlineData(8, 0, 100, 8)]
    [InlineData(9, 0, 100, 9)]
    [InlineData(2, 5, 100, 13)]
    [InlineData(32, 5, 100, 37)]
    [InlineData(2, 200, 100, 108)]
    public void Of_Handlers_AddsOneThreadForEachBlockedOne(int before, int blocking, int most, int expected) =>
        Assert.Equal(expected, new PoolMinimum(before).Of(blocking, most));

    [Fact]
    public void Of_APoolThatDoesNotRespond_AddsOneThreadEachTime()
    {
        var minimum = new PoolMinimum(2);
        minimum.NoteSilence();
        minimum.NoteSilence();
        Assert.Equal((10, 13, 9), (minimum.Of(0, 100), minimum.Of(3, 100), minimum.Of(3, 1)));
    }

    [Fact]
    public void Of_APoolThatResponds_AddsNoThreads()
    {
        var minimum = new PoolMinimum(2);
        minimum.NoteSilence();
        Answer(minimum, PoolMinimum.CalmAnswers - 1);
        Assert.Equal(9, minimum.Of(0, 100));

        // One late answer restarts the count of prompt ones.
        minimum.NoteSilence();
        Answer(minimum, PoolMinimum.CalmAnswers - 1);
        Assert.Equal(10, minimum.Of(0, 100));
        Answer(minimum, 1);
        Assert.Equal(8, minimum.Of(0, 100));
    }

    private static void Answer(PoolMinimum minimum, int times)
    {
        for (var n = 0; n < times; n++)
        {
            minimum.NoteAnswer();
        }
    }
}
