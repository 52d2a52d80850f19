using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests continuations whose arguments may end the process of the silo that validates them.</summary>
public sealed class TaskFollowerTests
{
    private static readonly TaskOptions Followed = new() { Then = [new("next")] };

    [Theory]
    [InlineData("lost", true)]
    [InlineData("slow", true)]
    [InlineData("moved", false)]
    public async Task Follow_AfterAPossibleSiloLoss_ChecksArgumentsOnTheRunningSilo(string failure, bool isUnchecked)
    {
        var rig = new TaskRig(Followed);
        rig.Other.On(nameof(ITaskGrain.DispatchAsync), _ => Requests(rig).Count > 1
            ? Task.FromResult(new RunId("next", Guid.NewGuid()))
            : failure switch
            {
                "lost" => Task.FromException<RunId>(new SiloUnavailableException("gone")),
                "slow" => new TaskCompletionSource<RunId>().Task,
                _ => Task.FromException<RunId>(new PartitionMovedException("moves")),
            });
        await rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));

        rig.End(Assert.Single(rig.Started));
        rig.Pass(TimeSpan.FromSeconds(20));
        rig.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal([false, isUnchecked], Requests(rig).Select(static r => r.Unchecked));
        Assert.Equal(Requests(rig)[0].Id, Requests(rig)[1].Id);
    }

    /// <summary>The task's own silo was lost during the validation.</summary>
    [Fact]
    public async Task Follow_EndStoredByAnEarlierActivation_ChecksArgumentsOnTheRunningSilo()
    {
        var run = new RunId("t", Guid.NewGuid());
        var ended = new TaskResult { RunId = run, Status = RunStatus.Succeeded, FinishedAt = TaskRig.Start, Attempt = 1 };
        var rig = new TaskRig(Followed)
        {
            Briefs = b => b with { Runs = [new StoredRun { RunId = run, DueAt = TaskRig.Start, Attempts = 1, Result = ended }] }
        };
        rig.Other.On(nameof(ITaskGrain.DispatchAsync), static _ => Task.FromResult(new RunId("next", Guid.NewGuid())));

        await rig.Do(static c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.True(Assert.Single(Requests(rig)).Unchecked);
    }

    private static List<DispatchRequest> Requests(TaskRig rig) =>
        [.. rig.Other.CallsOf(nameof(ITaskGrain.DispatchAsync)).Select(static a => (DispatchRequest)a[0]!)];
}
