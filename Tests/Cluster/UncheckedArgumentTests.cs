namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests arguments that were not checked before their run was stored or begun.</summary>
public sealed class UncheckedArgumentTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// The check of the arguments may be the reason why a silo was lost. Therefore a repeated request leaves the check to the run's
    /// attempts, whose losses count.
    /// </summary>
    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("dispatched")]
    [InlineData("awaited")]
    public async Task Repetition_ArgumentsDoNotFit_FailsTheRunWithTheSameMessage(string how)
    {
        await using var cluster = await TestCluster.StartAsync(1, static (tasks, _) => tasks.Define("work", static (int n) => n),
            realTime: true);
        var grain = cluster.Cluster.GetGrain<ITaskGrain>("work");
        var refused = await Assert.ThrowsAsync<TaskArgumentException>(() => cluster.Client.DispatchAsync("work", ["x"], ct: Stop));

        var options = new RunOptions { Guarantee = RunGuarantee.AtLeastOnce };
        var result = how == "dispatched"
            ? await cluster.Client.WaitAsync(
                await grain.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Arguments = ["x"], Unchecked = true }), Stop)
            : await grain.BeginRunAsync(
                new RunRequest { Id = Guid.NewGuid(), Arguments = ["x"], Options = options, Repeated = true, Losses = 1 });

        Assert.Equal((RunStatus.Failed, refused.Message, typeof(TaskArgumentException).FullName),
            (result!.Status, result.Error, result.ErrorType));
    }
}
