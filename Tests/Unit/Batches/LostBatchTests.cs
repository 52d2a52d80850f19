using OrleansTasks.Batches;
using OrleansTasks.Calls;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests a batch whose record is missing, or older than the last write.</summary>
public sealed class LostBatchTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void Create_Batch_NotifiesThePartitionWhenStored()
    {
        var rig = new BatchRig().With(BatchRig.Of(2));
        Assert.Single(rig.Runs.CallsOf(nameof(IBatchRuns.MadeBatchAsync)));
    }

    [Fact]
    public async Task AnyCall_BatchRecordMissing_ReportsTheLossAndCreatesNoOther()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.ExpectsBatchAsync), static _ => Task.FromResult(true));
        var error = await Assert.ThrowsAsync<TaskStorageException>(rig.TryDescribe);
        Assert.Contains("is missing from storage", error.Message);
        Assert.Contains("Restore", error.Message);
        await Assert.ThrowsAsync<TaskStorageException>(rig.Wait);
        await Assert.ThrowsAsync<TaskStorageException>(rig.Cancel);
        await Assert.ThrowsAsync<TaskStorageException>(() => rig.Create(BatchRig.Of(2)));
        Assert.Equal((0, 0), (rig.Storage.Writes, rig.Dispatched.Count()));

        // Its runs can still report their ends, and nobody waits forever.
        Assert.True(rig.Report(0).IsCompletedSuccessfully);
        Assert.Equal(DateTimeOffset.MinValue, await rig.Resume());
    }

    /// <summary>
    /// Nobody repeats a report that was acknowledged, so the batch would never end if it did not restore reports that storage has lost.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Storage_WentBackUnderABatchInMemory_IsRewritten(bool isLookedAfter)
    {
        var rig = new BatchRig();
        var nothing = rig.Storage.Remember();
        rig.With(BatchRig.Of(3));
        var before = rig.Storage.Remember();
        foreach (var goBack in new[] { before, nothing })
        {
            await rig.Report(0);
            await rig.Report(1);
            goBack();
            await (isLookedAfter ? rig.Resume() : rig.Report(1, RunStatus.Failed));
            if (isLookedAfter)
            {
                Assert.Equal(2, rig.Next().Describe()!.Succeeded);
            }
        }

        before();
        await rig.Report(2);
        Assert.Equal((BatchStatus.Finished, 3), (rig.Next().Describe()!.Status, rig.Next().Describe()!.Succeeded));
        Assert.False(rig.HasLeft);
    }

    [Fact]
    public async Task Resume_AnotherActivationHasWritten_WritesNothing()
    {
        var rig = new BatchRig().With(BatchRig.Of(3));
        var other = rig.Next();
        await other.Report(0);
        var writes = rig.Storage.Writes;
        await rig.Resume();
        Assert.Equal(writes, rig.Storage.Writes);
    }

    /// <summary>A single answer does not count, as it may come from an activation that read storage before the batch was created.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Look_MissingBatch_IsRememberedForAWhileIfItExisted(bool isMade, bool isKept)
    {
        var rig = new PartitionRig();
        rig.Batch.On(nameof(IBatchEngine.ResumeAsync), static _ => Task.FromResult<DateTimeOffset?>(DateTimeOffset.MinValue));
        await rig.Do(c => c.Batches.AddAsync(Id));
        if (isMade)
        {
            await rig.Do(c => c.Batches.NoteMadeAsync(Id));
        }

        Assert.Equal(isMade, rig.Core.Batches.IsExpected(Id));
        Look(rig);
        Assert.Equal(isMade, rig.Core.State.Batches.TryGet(Id, out var expires) && expires is null);
        Look(rig);
        Assert.Equal(isKept, rig.Core.Batches.IsExpected(Id));
        Assert.Equal(isKept ? 1 : 0, rig.Log.Of(214).Count());

        // The loss is logged once, and forgotten after the retention time.
        Look(rig);
        Assert.Equal(isKept ? 1 : 0, rig.Log.Of(214).Count());
        rig.Clock.Advance(TimeSpan.FromDays(2));
        Look(rig);
        Assert.False(rig.Core.State.Batches.TryGet(Id, out _));
        Assert.False(rig.Core.Batches.IsExpected(Id));
    }

    /// <summary>The request to create a batch may be delayed. The partition then knows the batch before its record exists.</summary>
    [Fact]
    public async Task Look_BatchCreatedAfterwards_IsKeptForItsRetention()
    {
        DateTimeOffset? ended = DateTimeOffset.MinValue;
        var rig = new PartitionRig();
        rig.Batch.On(nameof(IBatchEngine.ResumeAsync), _ => Task.FromResult(ended));
        await rig.Do(c => c.Batches.AddAsync(Id));
        Look(rig);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        ended = PartitionRig.Start.AddSeconds(30);
        Look(rig);
        Assert.Empty(rig.Batch.CallsOf(nameof(IBatchEngine.ForgetAsync)));
        Assert.True(rig.Core.Batches.IsExpected(Id));

        rig.Clock.Advance(TimeSpan.FromDays(2));
        Look(rig);
        Assert.Single(rig.Batch.CallsOf(nameof(IBatchEngine.ForgetAsync)));
        Assert.False(rig.Core.State.Batches.TryGet(Id, out _));
    }

    [Fact]
    public async Task Mark_OfABatch_IsStoredAndExpiresAfterItsRetention()
    {
        var before = new PartitionRig();
        before.Batch.On(nameof(IBatchEngine.ResumeAsync), static _ => Task.FromResult<DateTimeOffset?>(PartitionRig.Start));
        await before.Do(c => c.Batches.AddAsync(Id));
        Look(before);
        Assert.True(before.Core.Batches.IsExpected(Id));
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        Assert.True(rig.Core.Batches.IsExpected(Id));
        rig.Clock.Advance(TimeSpan.FromDays(2));
        Assert.False(rig.Core.Batches.IsExpected(Id));

        // A new batch with the same id has not been created yet.
        await rig.Do(c => c.Batches.AddAsync(Id));
        Assert.False(rig.Core.Batches.IsExpected(Id));
    }

    private static void Look(PartitionRig rig) => Assert.True(rig.Do(static c =>
    {
        c.Batches.Look();
        return Task.CompletedTask;
    }).IsCompletedSuccessfully);
}
