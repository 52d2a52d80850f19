using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

public sealed class ResultRingTests
{
    /// <summary>What a silo reports may come once more for a while, and no longer: a task with few results remembers none.</summary>
    [Theory]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public void HasDropped_OfAResult_IsTrueIfItWasDroppedSoon(int seconds, bool expected)
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

    private static TaskResult Result(long sequence, DateTimeOffset at) => new() { RunId = new RunId("t", Guid.NewGuid()), Sequence = sequence, Status = RunStatus.Succeeded, FinishedAt = at };
}
