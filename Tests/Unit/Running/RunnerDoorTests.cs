using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>What a silo takes from others.</summary>
public sealed class RunnerDoorTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);
    private readonly FakeOf<IRunExecutor> _executor = FakeOf<IRunExecutor>.New();
    private bool _isGone;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Start_OfAnOrderWhoseSenderIsLost_IsRefused(bool isGone, bool isTaken)
    {
        _isGone = isGone;
        var door = Door();
        Assert.Equal(isTaken, door.Start(RunnerRig.Order(1) with { Offer = Guid.NewGuid(), Sender = TaskRig.There }, mayQueue: true));

        // An earlier version does not say who sends it.
        Assert.True(door.Start(RunnerRig.Order(2) with { Offer = Guid.NewGuid() }, mayQueue: true));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Start_OfARunThatWasCalledOffOnItsWay_IsRefused(bool wasHere, bool isTaken)
    {
        _executor.On(nameof(IRunExecutor.Cancel), _ => wasHere);
        var (door, order) = (Door(), RunnerRig.Order(1) with { Offer = Guid.NewGuid() });
        Assert.Equal(wasHere, door.Cancel(order.RunId.Value, RunStatus.Cancelled));
        Assert.Equal(isTaken, door.Start(order, mayQueue: true));
        Assert.True(door.Start(RunnerRig.Order(2) with { Offer = Guid.NewGuid() }, mayQueue: true));
    }

    private RunnerDoor Door()
    {
        _executor.On(nameof(IRunExecutor.TryStart), static _ => true).On(nameof(IRunExecutor.Holds), static _ => false);
        var cluster = FakeOf<IClusterView>.New().On(nameof(IClusterView.IsGone), a => _isGone && (SiloAddress)a[0]! == TaskRig.There);
        var reporter = new OutcomeReporter(FakeOf<IGrainFactory>.New().Face, Background.Pool, _clock, NullLogger<OutcomeReporter>.Instance);
        return new RunnerDoor(_executor.Face, reporter, new LocalGrains(), cluster.Face, _clock, NullLogger.Instance);
    }
}
