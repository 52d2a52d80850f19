using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests the answer to a silo that was paused and asks whether it may start an attempt. The partition knows what has happened meanwhile.
/// </summary>
public sealed class RunOrdersTests
{
    [Theory]
    [InlineData("nothing", true, true, RunStatus.Running)]
    [InlineData("nothing", false, true, RunStatus.Running)]
    [InlineData("cancelled", true, false, RunStatus.Cancelled)]
    [InlineData("cancelled", false, false, RunStatus.Cancelled)]
    [InlineData("cleared", true, false, RunStatus.Cancelled)]
    [InlineData("stopped", true, false, RunStatus.Waiting)]
    [InlineData("stopped", false, false, RunStatus.Waiting)]
    public async Task Confirm_Order_FollowsThePartitionsCurrentState(string what, bool isHere, bool holds, RunStatus status)
    {
        var (rig, run, order) = Ordered(isHere);
        rig.Briefs = b => what switch
        {
            "cancelled" => b with { Entry = b.Entry! with { State = TaskState.Cancelled, Generation = 1, Revision = 2 } },
            "cleared" => b with { Entry = null },
            "stopped" => b with { Started = false },
            _ => b,
        };

        Assert.Equal(holds, await rig.Do(c => c.Orders.ConfirmAsync(run.Value, 1, order.Offer, isHere ? TaskRig.Here : TaskRig.There)));

        var info = await rig.Do(c => c.Queries.GetRunAsync(run));
        Assert.Equal((status, holds ? 1 : 0), (info!.Status, info.Result is null ? info.Attempt : 0));
    }

    /// <summary>The run continues when the scheduler is started. The attempt was not made, so it does not count.</summary>
    [Fact]
    public async Task Confirm_SchedulerStopped_StartsTheRunLater()
    {
        var (rig, run, order) = Ordered(isHere: true);
        rig.Briefs = static b => b with { Started = false };
        Assert.False(await rig.Do(c => c.Orders.ConfirmAsync(run.Value, 1, order.Offer, TaskRig.Here)));

        rig.Briefs = static b => b;
        await rig.Do(static c => c.WakeAsync());
        Assert.Equal([1, 1], rig.Started.Select(static r => r.Order.Attempt));
    }

    [Theory]
    [InlineData(1, false, true)]
    [InlineData(2, true, true)]
    [InlineData(1, true, false)]
    public async Task Confirm_AnotherOrder_KeepsTheRun(int attempt, bool isTheOffer, bool isTheSilo)
    {
        var (rig, run, order) = Ordered(isHere: false);
        Assert.False(
            await rig.Do(
                c => c.Orders.ConfirmAsync(run.Value, attempt, isTheOffer ? order.Offer : Guid.NewGuid(),
                    isTheSilo ? TaskRig.There : TaskRig.Here)));
        Assert.Equal(RunStatus.Running, (await rig.Do(c => c.Queries.GetRunAsync(run)))!.Status);
        Assert.False(await rig.Do(c => c.Orders.ConfirmAsync(Guid.NewGuid(), 1, order.Offer, TaskRig.There)));
    }

    /// <summary>The state in this silo's memory may be as old as its pause, so the silo that gets the order must ask.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Order_AfterAStandstill_IsDoubtful(bool stoodStill)
    {
        var (_, _, order) = Ordered(isHere: false, stoodStill);
        Assert.Equal(stoodStill, order.IsDoubtful);
    }

    private static (TaskRig Rig, RunId Run, RunOrder Order) Ordered(bool isHere, bool stoodStill = false)
    {
        var rig = new TaskRig { Silos = [TaskRig.Here, TaskRig.There], HasPlace = isHere };
        rig.Executor.On("get_StoodStillLately", _ => stoodStill);
        var run = rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() })).GetAwaiter().GetResult();
        return (rig, run, isHere ? rig.Started[0].Order : (RunOrder)rig.Runner.CallsOf("StartAsync").Single()[0]!);
    }
}
