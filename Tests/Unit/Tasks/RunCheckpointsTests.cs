using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests who may save checkpoints, and that the next attempt gets the last one.</summary>
public sealed class RunCheckpointsTests
{
    private const string Save = nameof(IPartition.SaveCheckpointAsync);
    private static readonly RunCheckpoint First = new() { Attempt = 1, Number = 1, Value = [1] };

    [Fact]
    public async Task Save_ByThePresentAttempt_IsInTheOrderOfTheNextOne()
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero, Jitter = 0 } });
        var run = await DispatchAsync(rig);
        await rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First));
        Assert.Null(Assert.Single(rig.Partition.CallsOf(Save))[3]);
        Assert.Equal(First.SavedAt, (await rig.Do(c => c.Queries.GetRunAsync(run)))!.CheckpointAt);

        // A repeated call that arrives late.
        await rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First with { Number = 0 }));
        rig.End(rig.Started[0], RunStatus.Failed, "error");
        Assert.Equal(First, rig.Started[1].Order.Checkpoint);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public async Task Save_ByAnotherAttempt_IsRefused(int attempt, bool isTheOffer)
    {
        var rig = new TaskRig();
        var run = await DispatchAsync(rig);
        await Assert.ThrowsAsync<CheckpointRefusedException>(() => rig.Do(
            c => c.Checkpoints.SaveAsync(run, isTheOffer ? Guid.Empty : Guid.NewGuid(), First with { Attempt = attempt })));
        Assert.Empty(rig.Partition.CallsOf(Save));
    }

    [Fact]
    public async Task Save_RefusedByThePartition_IsNotKept()
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero, Jitter = 0 } });
        rig.Partition.On(Save, static _ => Task.FromResult(CheckpointReply.Refused));
        var run = await DispatchAsync(rig);
        await Assert.ThrowsAsync<CheckpointRefusedException>(() => rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First)));
        rig.End(rig.Started[0], RunStatus.Failed, "error");
        Assert.Null(rig.Started[1].Order.Checkpoint);
    }

    [Fact]
    public async Task Save_OfAnAwaitedRun_StoresTheRunOnce()
    {
        var rig = new TaskRig();
        var request = TaskRig.Request(new RunOptions { Guarantee = RunGuarantee.AtLeastOnce });
        rig.Do(c => c.Requests.BeginAsync(request).AsTask()).Ignore();
        var run = new RunId("t", request.Id);
        await rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First));
        await rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First with { Number = 2 }));
        Assert.Equal([run, null], rig.Partition.CallsOf(Save).Select(static a => ((StoredRun?)a[3])?.RunId));
    }

    [Fact]
    public async Task Save_OfARunThatThePartitionDoesNotHave_SendsItWhole()
    {
        var rig = new TaskRig();
        rig.Partition.On(Save, static a => Task.FromResult(a[3] is null ? CheckpointReply.Unknown : CheckpointReply.Stored));
        var run = await DispatchAsync(rig);
        await rig.Do(c => c.Checkpoints.SaveAsync(run, Guid.Empty, First));
        Assert.Equal(2, rig.Partition.CallsOf(Save).Count());
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task LossOfASilo_DuringAnAttempt_CountsUnlessTheAttemptHasSavedSomething(bool hasSaved, int losses)
    {
        var rig = new TaskRig { Silos = [TaskRig.Here, TaskRig.There], HasPlace = false };
        var run = await DispatchAsync(rig);
        var order = (RunOrder)rig.Runner.CallsOf("StartAsync").Single()[0]!;
        if (hasSaved)
        {
            await rig.Do(c => c.Checkpoints.SaveAsync(run, order.Offer, First));
        }

        rig.HasPlace = true;
        rig.Lose(TaskRig.There);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((losses, 2), (await rig.Do(c => c.Queries.GetRunAsync(run))) is { } info ? (info.Losses, info.Attempt) : default);
        Assert.Equal(hasSaved ? First : null, Assert.Single(rig.Started).Order.Checkpoint);
    }

    private static Task<RunId> DispatchAsync(TaskRig rig) =>
        rig.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
}
