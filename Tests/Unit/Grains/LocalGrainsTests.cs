using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

/// <summary>Which partitions a silo says that it has.</summary>
public sealed class LocalGrainsTests
{
    [Fact]
    public void HasPartition_WhileItIsStillToBeStored_IsTrue()
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
