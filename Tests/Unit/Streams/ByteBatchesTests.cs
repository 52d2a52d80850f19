using CsCheck;
using OrleansTasks.Publishing;

namespace OrleansTasks.Tests.Unit.Streams;

public sealed class ByteBatchesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("5", "5")]
    [InlineData("4 6 1", "4 6|1")]
    [InlineData("99 1 1", "99|1 1")]
    [InlineData("1 99 1", "1|99|1")]
    public void Of_Items_SplitsThemBySize(string sizes, string batches)
    {
        var items = sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();

        Assert.Equal(batches, string.Join("|", ByteBatches.Of(items, static i => i, 10).Select(b => string.Join(" ", b))));
    }

    [Fact]
    public void Of_AnyItems_KeepsAllInOrderAndEachBatchSmall() => Gen.Int[0, 30].List[0, 50].Sample(items =>
    {
        var batches = ByteBatches.Of(items, static i => i, 20).ToList();
        Assert.Equal(items, batches.SelectMany(b => b));
        Assert.All(batches, b => Assert.True(b.Count == 1 || b.Sum() <= 20));
    });

    [Fact]
    public void StreamSizes_OfAResult_CountValueErrorStackAndLog()
    {
        var small = new TaskResult { RunId = new RunId("x", Guid.Empty), Status = RunStatus.Failed };
        var large = small with
        {
            Json = new byte[1000],
            Error = new string('é', 1000),
            Stack = new string('s', 1000),
            Log = [new RunLogLine(default, default, "c", new string('l', 1000))],
        };

        Assert.InRange(StreamSizes.Of(large) - StreamSizes.Of(small), 5_000, 5_200);
        Assert.InRange(StreamSizes.Of(large.Part()), 3_000, 3_600);
    }
}
