using OrleansTasks.Client.Feeds;

namespace OrleansTasks.Tests.Unit.Client;

/// <summary>Tests the buffer for a slow subscriber.</summary>
public sealed class FeedBufferTests
{
    [Theory]
    [InlineData(3, 100L, new[] { 10, 10, 10 }, new[] { 10, 10, 10 })]
    [InlineData(2, 100L, new[] { 1, 2, 3, 4 }, new[] { 3, 4 })]
    [InlineData(9, 10L, new[] { 4, 4, 4 }, new[] { 4, 4 })]
    [InlineData(9, 10L, new[] { 1, 2, 3, 10 }, new[] { 10 })]
    [InlineData(9, 10L, new[] { 1, 50 }, new[] { 50 })]
    [InlineData(9, 10L, new[] { 50, 1 }, new[] { 1 })]
    public void Offer_BeyondNumberOrBytes_DropsTheOldest(int items, long bytes, int[] offered, int[] expected)
    {
        var buffer = new FeedBuffer<int>(items, bytes, static i => i);

        var dropped = offered.Sum(buffer.Offer);

        Assert.Equal(expected.Sum(), buffer.Bytes);
        Assert.Equal(expected, Read(buffer));
        Assert.Equal(offered.Length - expected.Length, dropped);
        Assert.Equal((0, 0L), (buffer.Count, buffer.Bytes));
    }

    [Fact]
    public async Task WaitToReadAsync_WhenAnItemComes_Ends()
    {
        var buffer = new FeedBuffer<int>(1, 1, static i => i);
        var waiting = buffer.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);

        buffer.Offer(7);

        Assert.True(await waiting);
        Assert.Equal([7], Read(buffer));
    }

    [Fact]
    public void Offer_BeyondTheByteLimit_LeavesTheOldestToTheHistory()
    {
        var bytes = new HeldBytes(10_000);
        var (first, second) = (new TaskTail("a", TimeSpan.FromSeconds(5), 1000, bytes),
            new TaskTail("b", TimeSpan.FromSeconds(5), 1000, bytes));
        first.StartAfter(0);
        second.StartAfter(0);
        for (var n = 2; n < 20; n++)
        {
            first.Offer(Large("a", n));
            second.Offer(Large("b", n));
        }

        var passed = first.Fill([.. Enumerable.Range(1, 19).Select(n => Large("a", n))], isAll: true, first.Now);

        Assert.Equal(Enumerable.Range(1, 19).Select(n => (long)n), passed.Select(r => r.Sequence));
        Assert.True(second.IsHolding);
        Assert.False(bytes.IsOver);
    }

    private static TaskResult Large(string task, long sequence) =>
        new() { RunId = new RunId(task, Guid.NewGuid()), Sequence = sequence, Status = RunStatus.Succeeded, Json = new byte[1_000] };

    private static List<int> Read(FeedBuffer<int> buffer)
    {
        var read = new List<int>();
        while (buffer.TryRead(out var item))
        {
            read.Add(item);
        }

        return read;
    }
}
