using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests which orders a silo accepts from others.</summary>
public sealed class RunnerDoorTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);
    private readonly FakeOf<IRunExecutor> _executor = FakeOf<IRunExecutor>.New();
    private bool _isGone;
    private long _version = 4;
    private Func<Task> _refresh = static () => Task.CompletedTask;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Start_SenderLost_IsRejected(bool isGone, bool isTaken)
    {
        _isGone = isGone;
        var door = Door();
        Assert.Equal(isTaken, door.Start(RunnerRig.Order(1) with { Offer = Guid.NewGuid(), Sender = TaskRig.There }, mayQueue: true));

        // An earlier version does not name the sender.
        Assert.True(door.Start(RunnerRig.Order(2) with { Offer = Guid.NewGuid() }, mayQueue: true));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Start_RunCancelledInTransit_IsRejected(bool wasHere, bool isTaken)
    {
        _executor.On(nameof(IRunExecutor.Cancel), _ => wasHere);
        var (door, order) = (Door(), RunnerRig.Order(1) with { Offer = Guid.NewGuid() });
        Assert.Equal(wasHere, door.Cancel(order.RunId.Value, RunStatus.Cancelled));
        Assert.Equal(isTaken, door.Start(order, mayQueue: true));
        Assert.True(door.Start(RunnerRig.Order(2) with { Offer = Guid.NewGuid() }, mayQueue: true));
    }

    [Fact]
    public async Task Start_OrderAfterAReportOfItsSendersLoss_IsRejected()
    {
        var reads = new TaskCompletionSource();
        _refresh = () => reads.Task;
        var door = Door();
        var (held, placed) = (door.HoldingAsync("mail", 5), door.PlacedInGroupAsync("slow", 5));
        Assert.True(door.Start(RunnerRig.Order(1) with { Offer = Guid.NewGuid(), Sender = TaskRig.There }, mayQueue: true));

        // The answer contains all orders that arrived until then. Later ones are refused.
        Assert.False(held.IsCompleted || placed.IsCompleted);
        (_version, _isGone) = (5, true);
        reads.SetResult();
        Assert.Empty(await held);
        Assert.Empty(await placed);
        Assert.False(door.Start(RunnerRig.Order(2) with { Offer = Guid.NewGuid(), Sender = TaskRig.There }, mayQueue: true));
    }

    [Fact]
    public async Task Holding_OutdatedSiloList_IsNotAnswered()
    {
        var door = Door();
        Assert.Empty(await door.HoldingAsync("mail", 4));
        Assert.Empty(await door.HoldingAsync("mail", 0));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => door.HoldingAsync("mail", 5));
        Assert.Contains("knows version 4", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => door.PlacedInGroupAsync("slow", 5));
    }

    private RunnerDoor Door()
    {
        _executor.On(nameof(IRunExecutor.TryStart), static _ => true).On(nameof(IRunExecutor.Holds), static _ => false)
            .On(nameof(IRunExecutor.Holding), static _ => Array.Empty<HeldRun>())
            .On(nameof(IRunExecutor.PlacedInGroup), static _ => Array.Empty<PlacedRun>());
        var cluster = FakeOf<IClusterView>.New().On(nameof(IClusterView.IsGone), a => _isGone && (SiloAddress)a[0]! == TaskRig.There)
            .On("get_Local", static _ => TaskRig.Here).On("get_Version", _ => _version)
            .On(nameof(IClusterView.RefreshAsync), _ => _refresh());
        var reporter = new OutcomeReporter(FakeOf<IGrainFactory>.New().Face, Background.Pool, _clock, NullLogger<OutcomeReporter>.Instance);
        return new RunnerDoor(_executor.Face, reporter, new LocalGrains(), cluster.Face, _clock, NullLogger.Instance);
    }
}
