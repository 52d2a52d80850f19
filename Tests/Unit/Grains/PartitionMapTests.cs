using OrleansTasks.Grains;

namespace OrleansTasks.Tests.Unit;

public sealed class PartitionMapTests
{
    /// <summary>Stored registries depend on these numbers. A change would lose every task that moves.</summary>
    [Theory]
    [InlineData("fibonacci", 8, 2)]
    [InlineData("greet", 8, 4)]
    [InlineData("tick", 8, 2)]
    [InlineData("report", 32, 14)]
    [InlineData("Bericht für Köln", 32, 19)]
    [InlineData("日本語", 1024, 189)]
    public void PartitionOf_KnownNames_IsPinned(string task, int partitions, int expected) =>
        Assert.Equal(expected, PartitionMap.PartitionOf(task, partitions));

    [Fact]
    public void PartitionOf_ManyNames_SpreadsThemEvenly()
    {
        var sizes = Enumerable.Range(0, 32_000).CountBy(i => PartitionMap.PartitionOf($"task-{i}", 32)).Select(c => c.Value).ToList();

        Assert.Equal(32, sizes.Count);
        Assert.All(sizes, s => Assert.InRange(s, 850, 1150));
    }
}
