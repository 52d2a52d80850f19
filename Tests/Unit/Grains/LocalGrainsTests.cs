using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which partitions a silo reports as its own.</summary>
public sealed class LocalGrainsTests
{
    [Fact]
    public void HasPartition_NotStoredYet_IsTrue()
    {
        var locals = new LocalGrains();
        var partition = GrainId.Create(GrainType.Create("orleans-tasks.scheduler"), GrainIdKeyExtensions.CreateIntegerKey(13));

        locals.Closing(partition);
        Assert.True(locals.HasPartition(13));
        Assert.False(locals.HasPartition(3));

        locals.Closed(partition);
        Assert.False(locals.HasPartition(13));
    }
}
