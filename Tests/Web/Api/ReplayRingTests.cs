using OrleansTasks.Events;

namespace OrleansTasks.Tests.Web;

public sealed class ReplayRingTests
{
    private readonly EventData[] _batch = new EventData[100];

    [Fact]
    public void Read_WithinTheRing_ReturnsLaterEvents()
    {
        var ring = Filled(16, 1000, 5);
        Assert.Equal((2, 0L), (ring.Read(3, _batch, out var missed), missed));
        Assert.Equal([4, 5], _batch[..2].Select(e => (int)e.Json[0]));
        Assert.Equal(0, ring.Read(5, _batch, out _));
    }

    [Fact]
    public void Add_MoreThanTheCapacity_DropsTheOldest()
    {
        var ring = Filled(4, 1000, 10);
        Assert.Equal((4, 6L), (ring.Read(0, _batch, out var missed), missed));
        Assert.Equal([7, 8, 9, 10], _batch[..4].Select(e => (int)e.Json[0]));
    }

    [Fact]
    public void Add_MoreThanTheSize_DropsTheOldestButKeepsTheLast()
    {
        var ring = Filled(16, 2, 5);
        Assert.Equal((2, 3L), (ring.Read(0, _batch, out var missed), missed));
        ring.Add(new EventData("x", [6, 0, 0, 0]));
        Assert.Equal((1, 5L), (ring.Read(0, _batch, out missed), missed));
        ring.Add(new EventData("x", [7]));
        Assert.Equal((1, 6L), (ring.Read(0, _batch, out missed), missed));
    }

    [Theory]
    [InlineData(null, 5, false)]
    [InlineData("me-0", 0, false)]
    [InlineData("me-3", 3, false)]
    [InlineData("me-5", 5, false)]
    [InlineData("me-6", 5, true)]
    [InlineData("you-3", 5, true)]
    [InlineData("me-", 5, true)]
    [InlineData("me--3", 5, true)]
    [InlineData("", 5, true)]
    public void Resume_Id_ReturnsThePosition(string? id, long after, bool unknown) =>
        Assert.Equal((after, unknown), (Filled(16, 1000, 5).Resume(id, out var isUnknown), isUnknown));

    [Fact]
    public void Wait_EndsWithTheNextEventOrTheEnd()
    {
        var ring = Filled(16, 1000, 1);
        Assert.True(ring.WaitAsync(0).IsCompleted);
        var wait = ring.WaitAsync(1);
        Assert.False(wait.IsCompleted);
        ring.Add(new EventData("x", [2]));
        Assert.True(wait.IsCompleted);
        var end = ring.WaitAsync(2);
        ring.Complete();
        Assert.True(end.IsCompleted && ring.WaitAsync(2).IsCompleted);
    }

    private static ReplayRing Filled(int capacity, long size, int count)
    {
        var ring = new ReplayRing("me", capacity, size);
        for (var i = 1; i <= count; i++)
        {
            ring.Add(new EventData("x", [(byte)i]));
        }

        return ring;
    }
}
