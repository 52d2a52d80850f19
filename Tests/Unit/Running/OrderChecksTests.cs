using OrleansTasks.Calls;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests whether a silo asks before it starts an attempt, and what it does with the answer.</summary>
public sealed class OrderChecksTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    public async Task Start_Order_AsksItsTaskOnlyAfterAStandstill(bool stoodStill, bool senderStoodStill, int asked)
    {
        using var rig = Rig(static () => Task.FromResult(true));
        rig.Steady.Advance(stoodStill ? Long : TimeSpan.Zero);

        var order = RunnerRig.Order(1) with { Offer = Guid.NewGuid(), Attempt = 3, IsDoubtful = senderStoodStill };
        Assert.Equal(RunStatus.Succeeded, (await rig.Start(order).Ended).Status);

        var calls = rig.TaskGrain.CallsOf(nameof(ITaskEngine.ConfirmOrderAsync)).ToList();
        Assert.Equal(asked, calls.Count);
        Assert.All(calls, c => Assert.Equal([order.RunId.Value, 3, order.Offer, TaskRig.Here], c));
        Assert.Equal(stoodStill, rig.Executor.StoodStillLately);
    }

    /// <summary>The silo accepted the order before it was paused, and has a place for it only after it continues.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_AfterWaitingThroughAStandstill_IsDecidedByItsTask(bool holds)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rig = Rig(() =>
        {
            asked.TrySetResult();
            return Task.FromResult(holds);
        });
        var (begun, letGo) = rig.DefineHeld("held");
        var first = rig.Start(RunnerRig.Order(0, "held"));
        await begun;
        var waiting = rig.Start(RunnerRig.Order(1));

        rig.Steady.Advance(Long);
        rig.Standstills.Look();
        for (var n = 0; n < 60; n++)
        {
            rig.Steady.Advance(TimeSpan.FromSeconds(1));
            rig.Standstills.Look();
        }

        letGo.SetResult();
        await first.Ended;
        await asked.Task;
        await rig.UntilQuietAsync();

        Assert.Single(rig.TaskGrain.CallsOf(nameof(ITaskEngine.ConfirmOrderAsync)));
        Assert.Equal(holds, waiting.Ended.IsCompletedSuccessfully);
        Assert.Empty(rig.Executor.Holding("t"));
    }

    /// <summary>The task does not answer, and a user cancels the run.</summary>
    [Fact]
    public async Task Cancel_WhileAskingItsTask_EndsWithoutStarting()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<bool>();
        using var rig = Rig(() =>
        {
            asked.TrySetResult();
            return answer.Task;
        });
        rig.Steady.Advance(Long);
        var run = rig.Start(RunnerRig.Order(1));
        await asked.Task;

        Assert.True(rig.Executor.Cancel(run.Run.Order.RunId.Value, RunStatus.Cancelled));
        var outcome = await run.Ended;
        Assert.Equal((RunStatus.Cancelled, null), (outcome.Status, outcome.StartedAt));
        answer.SetResult(true);
        await rig.UntilQuietAsync();
    }

    [Theory]
    [InlineData(true, 7)]
    [InlineData(false, 5)]
    public async Task Start_NoResponse_AsksAgain(bool isPassing, int asked)
    {
        var calls = 0;
        using var rig =
            Rig(() =>
                ++calls < 7
                    ? Task.FromException<bool>(isPassing ? new PartitionMovedException("moves") : new NotSupportedException("unknown"))
                    : Task.FromResult(true));
        rig.Steady.Advance(Long);
        var run = rig.Start(RunnerRig.Order(1));
        while (!run.Ended.IsCompleted)
        {
            rig.Steady.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal((RunStatus.Succeeded, asked), ((await run.Ended).Status, calls));
    }

    private static RunnerRig Rig(Func<Task<bool>> answer)
    {
        var rig = new RunnerRig();
        rig.Define("h", static (_, _) => Task.CompletedTask);
        rig.TaskGrain.On(nameof(ITaskEngine.ConfirmOrderAsync), _ => answer());
        return rig;
    }
}
