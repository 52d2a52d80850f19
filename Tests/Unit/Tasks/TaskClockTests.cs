using OrleansTasks.Runs;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that a task uses its partition's time for orders and outcomes, whatever happens to clocks meanwhile.</summary>
public sealed class TaskClockTests
{
    private static readonly TimeSpan Hours = TimeSpan.FromHours(5);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, -1)]
    [InlineData(false, -1)]
    public async Task Order_OnASiloWithAWrongClock_UsesThePartitionsTime(bool isHere, int sign)
    {
        var rig = new TaskRig(new TaskOptions { RunTimeout = TimeSpan.FromMinutes(1) }) { PartitionKeepsTime = true };
        rig.Step(Hours * sign);
        rig.Turns.Run();
        rig.Silos = [TaskRig.Here, TaskRig.There];
        rig.HasPlace = isHere;

        await rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));

        var order = isHere ? Assert.Single(rig.Started).Order : (RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!;
        Assert.Equal((rig.Clock.GetUtcNow(), rig.Clock.GetUtcNow().AddMinutes(1)), (order.OrderedAt, order.Deadline));
    }

    /// <summary>
    /// The silo's clock was wrong at the order, and is corrected while the attempt executes. The next attempt still waits for the full
    /// delay.
    /// </summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, -1)]
    [InlineData(false, -1)]
    public async Task NextAttempt_AfterAClockStep_WaitsForItsDelay(bool isHere, int sign)
    {
        var rig =
            new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.FromSeconds(30), Jitter = 0 } });
        rig.Silos = [TaskRig.Here, TaskRig.There];
        rig.HasPlace = isHere;
        var run = await rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        var order = isHere ? rig.Started[0].Order : (RunOrder)rig.Runner.CallsOf("StartAsync").Single()[0]!;
        rig.Pass(TimeSpan.FromSeconds(5));

        rig.Step(Hours * sign);
        rig.Turns.Run();
        var failed = new RunOutcome
        {
            Status = RunStatus.Failed,
            StartedAt = order.OrderedAt,
            FinishedAt = order.OrderedAt!.Value.AddSeconds(5)
        };
        if (isHere)
        {
            ((IRunObserver)rig.Core.Local).OnEnd(rig.Started[0], failed);
            rig.Turns.Run();
        }
        else
        {
            await rig.Do(c => c.Remote.TakeReportAsync(order, failed));
        }

        var info = await rig.Do(c => c.Queries.GetRunAsync(run));
        Assert.Equal((RunStatus.Pending, rig.Now.AddSeconds(30)), (info!.Status, info.NextAttemptAt));
    }
}
