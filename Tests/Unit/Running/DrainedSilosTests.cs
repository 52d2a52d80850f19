using OrleansTasks.Placement;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

public sealed class DrainedSilosTests
{
    private readonly DrainedSilos _silos = new(FakeOf<ILocalSiloDetails>.New().On("get_SiloAddress", static _ => TaskRig.Here).Face);
    private int _changes;

    public DrainedSilosTests() => _silos.Changed += () => _changes++;

    [Fact]
    public void Note_OlderChange_IsIgnored()
    {
        _silos.Note(TaskRig.There, isDrained: false, version: 2);
        _silos.Note(TaskRig.There, isDrained: true, version: 1);

        Assert.Empty(_silos.All);
        Assert.Equal(0, _changes);
    }

    [Fact]
    public void Note_OfThisSilo_SetsIsHereAndNotifiesOncePerChange()
    {
        _silos.Note(TaskRig.Here, isDrained: true, version: 1);
        _silos.Note(TaskRig.Here, isDrained: true, version: 2);
        Assert.True(_silos.IsHere);
        Assert.Equal(1, _changes);

        _silos.Note(TaskRig.Here, isDrained: false, version: 3);
        Assert.False(_silos.IsHere);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public void Without_AllSilosDrained_KeepsAll()
    {
        _silos.Note(TaskRig.There, isDrained: true, version: 1);
        Assert.Equal([TaskRig.Here], _silos.Without([TaskRig.Here, TaskRig.There]));
        Assert.Equal([TaskRig.There], _silos.Without([TaskRig.There]));
        Assert.Empty(_silos.Without([]));
    }

    [Fact]
    public void Forget_LostSilo_IsNoLongerDrained()
    {
        _silos.Note(TaskRig.There, isDrained: true, version: 7);
        _silos.Forget(s => s.Equals(TaskRig.There));
        Assert.Empty(_silos.All);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(20)]
    public void SiloOf_AnyOrder_DistributesPartitionsEvenly(int count)
    {
        var silos = Enumerable.Range(0, count).Select(static n => SiloAddress.New(System.Net.IPAddress.Loopback, 11111 + n, n)).ToList();
        var first = Enumerable.Range(0, 16).Select(p => PartitionSpread.SiloOf(p, silos)).ToList();
        silos.Reverse();
        var second = Enumerable.Range(0, 16).Select(p => PartitionSpread.SiloOf(p, silos)).ToList();

        Assert.Equal(first, second);
        var each = first.CountBy(static s => s).Select(static c => c.Value).ToList();
        Assert.True(each.Max() - each.Min() <= 1);
        Assert.Equal(Math.Min(16, count), each.Count);
    }
}
