using OrleansTasks.Batches;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests what a batch does when its partition or its tasks fail.</summary>
public sealed class BatchFailureTests
{
    private static readonly Continuation Then = new("then") { On = ContinuationTrigger.Finished };

    [Fact]
    public async Task Create_PartitionHasTooManyBatches_StoresNothing()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.NoteBatchAsync),
            static _ => Task.FromException(new TasksOverloadedException(null, "full", TimeSpan.FromMinutes(1))));

        await Assert.ThrowsAsync<TasksOverloadedException>(() => rig.Create(BatchRig.Of(2)));

        Assert.Empty(rig.Storage.Rows);
        Assert.Empty(rig.Dispatched);
        rig.Runs.On(nameof(IBatchRuns.NoteBatchAsync), static _ => Task.CompletedTask);
        Assert.Equal(BatchStatus.Running, (await rig.Create(BatchRig.Of(2))).Status);
    }

    /// <summary>The previous silo may have been lost because it validated an item's arguments.</summary>
    [Fact]
    public async Task Dispatch_ByTheNextActivation_ChecksArgumentsOnTheRunningSilo()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static _ => new TaskCompletionSource<RunId>().Task);
        rig.Create(BatchRig.Of(2, Then)).Ignore();
        Assert.Equal([false, false], Unchecked(rig));

        var next = rig.Next();
        Assert.Null(await next.Resume());
        Assert.Equal([true, true], Unchecked(next));

        // This is the first request for the continuation.
        await next.Report(0);
        next.Runs.On(nameof(IBatchRuns.DispatchAsync), static _ => new TaskCompletionSource<RunId>().Task);
        next.Report(1).Ignore();
        Assert.Equal([true, true, false], Unchecked(next));

        var last = rig.Next();
        Assert.NotNull(await last.Resume());
        Assert.Equal([true], Unchecked(last));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispatch_AfterAPossibleSiloLoss_ChecksArgumentsOnTheRunningSilo(bool isLost)
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync),
            _ => Task.FromException<RunId>(isLost ? new SiloUnavailableException("gone") : new PartitionMovedException("far")));
        rig.With(BatchRig.Of(1, Then));
        await Assert.ThrowsAsync<AggregateException>(rig.Resume);
        Assert.Equal([false, isLost], Unchecked(rig));

        await rig.Report(0);
        await Assert.ThrowsAnyAsync<Exception>(rig.Resume);
        Assert.Equal([false, isLost], Unchecked(rig).TakeLast(2));
    }

    private static IEnumerable<bool> Unchecked(BatchRig rig) =>
        rig.Runs.CallsOf(nameof(IBatchRuns.DispatchAsync)).Select(static a => ((DispatchRequest)a[1]!).Unchecked);
}
