namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests the removal of a batch.</summary>
public sealed class BatchForgettingTests
{
    /// <summary>The partition heard that the batch does not exist and asks to remove it. Meanwhile the batch was created.</summary>
    [Fact]
    public async Task Forget_BatchCreatedSince_IsRejected()
    {
        var rig = new BatchRig();
        Assert.Equal(DateTimeOffset.MinValue, await rig.Resume());
        rig.With(BatchRig.Of(1));
        await Assert.ThrowsAsync<PartitionMovedException>(rig.Forget);
        Assert.NotNull(rig.Describe());

        rig.Pass(TimeSpan.FromMinutes(1));
        await rig.Forget();
        Assert.Null(rig.Describe());
        Assert.Empty(rig.Storage.Rows);
    }

    [Theory]
    [InlineData("Refused")]
    [InlineData("AnswerLost")]
    public async Task Forget_Failed_IsRepeatedByTheNextActivation(string fault)
    {
        var rig = new BatchRig().With(BatchRig.Of(1));
        rig = rig.Next();
        rig.Storage.Next = Enum.Parse<FaultyStorage.Fault>(fault);
        await Assert.ThrowsAsync<PartitionMovedException>(rig.Forget);
        Assert.True(rig.HasLeft);

        await rig.Next().Forget();
        Assert.Empty(rig.Storage.Rows);
    }

    [Fact]
    public async Task Forget_DuringAWrite_WaitsForIt()
    {
        var rig = new BatchRig().With(BatchRig.Of(1)).Next();
        var gate = new TaskCompletionSource();
        rig.Storage.Before = () => gate.Task;
        var (report, forget) = (rig.Report(0), rig.Forget());
        gate.SetResult();
        rig.Turns.Run();

        await report;
        await forget;
        Assert.Empty(rig.Storage.Rows);
        Assert.Null(rig.Describe());
    }
}
