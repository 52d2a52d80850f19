using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

public sealed class ResultRingTests
{
    /// <summary>
    /// A silo may repeat a report for a while, so dropped results are remembered that long, even by a task that keeps few.
    /// </summary>
    [Theory]
    [InlineData(119, true)]
    [InlineData(120, false)]
    public void HasDropped_RecentResult_IsTrueIfDroppedEarly(int seconds, bool expected)
    {
        var ring = new ResultRing();
        var (first, second) = (Result(1, TaskRig.Start), Result(2, TaskRig.Start.AddSeconds(seconds)));
        ring.Add(first, 1);
        Assert.False(ring.HasDropped(first.RunId.Value));

        ring.Add(second, 1);
        Assert.Equal(expected, ring.HasDropped(first.RunId.Value));
        Assert.False(ring.HasDropped(second.RunId.Value));

        ring.Clear();
        Assert.False(ring.HasDropped(first.RunId.Value));
    }

    /// <summary>Old results are forgotten gradually. Otherwise a task that fires every second would remember thousands.</summary>
    [Fact]
    public void HasDropped_OldResult_IsFalse()
    {
        var ring = new ResultRing();
        var results = Enumerable.Range(0, 300).Select(static n => Result(n, TaskRig.Start.AddSeconds(n))).ToList();
        results.ForEach(r => ring.Add(r, 10));
        Assert.All(results[..170], r => Assert.False(ring.HasDropped(r.RunId.Value)));
        Assert.All(results[180..290], r => Assert.True(ring.HasDropped(r.RunId.Value)));
        Assert.All(results[290..], r => Assert.False(ring.HasDropped(r.RunId.Value)));
    }

    private static TaskResult Result(long sequence, DateTimeOffset at) =>
        new() { RunId = new RunId("t", Guid.NewGuid()), Sequence = sequence, Status = RunStatus.Succeeded, FinishedAt = at };
}
