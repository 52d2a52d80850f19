using OrleansTasks.Watching;

namespace OrleansTasks.Tests.Unit.Telemetry;

public sealed class TaskLabelsTests
{
    [Fact]
    public void Of_TasksBeyondTheLimit_IsOneForAll()
    {
        var labels = new TaskLabels(2);
        Assert.Equal(["a", "b", "other", "a", "other", "b"], new[] { "a", "b", "c", "a", "d", "b" }.Select(labels.Of));
    }

    [Fact]
    public void Of_WithoutRoom_IsOneForAll() => Assert.Equal("other", new TaskLabels(0).Of("a"));

    [Fact]
    public void Of_AskedByManyAtOnce_NeverHasMoreThanTheLimit()
    {
        var labels = new TaskLabels(50);
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        Parallel.For(0, 20_000, n => seen[labels.Of($"task {n % 500}")] = true);
        Assert.Equal(51, seen.Count);
    }
}
