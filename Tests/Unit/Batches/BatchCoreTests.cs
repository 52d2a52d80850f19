using OrleansTasks.Batches;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>Tests a batch whose writes fail, whose calls arrive twice or too late, and whose tasks cannot be reached.</summary>
public sealed class BatchCoreTests
{
    private static readonly Continuation Then = new("then") { On = ContinuationTrigger.Finished };

    public static TheoryData<string> Questions =>
        [nameof(BatchRig.Report), nameof(BatchRig.Describe), nameof(BatchRig.Cancel), nameof(BatchRig.Wait), nameof(BatchRig.Resume),
            nameof(BatchRig.Forget)];

    /// <summary>An activation has read that the batch does not exist, then another one creates it: no report of a run is lost.</summary>
    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Ask_BatchCreatedByAnotherActivation_FindsIt(string question)
    {
        var rig = new BatchRig();
        var other = rig.Next().With(BatchRig.Of(2));

        await Assert.ThrowsAsync<PartitionMovedException>(() => question switch
        {
            nameof(BatchRig.Report) => rig.Report(0),
            nameof(BatchRig.Cancel) => rig.Cancel(),
            nameof(BatchRig.Wait) => rig.Wait(),
            nameof(BatchRig.Resume) => rig.Resume(),
            nameof(BatchRig.Forget) => rig.Forget(),
            _ => Task.FromResult(rig.Describe()),
        });

        Assert.True(rig.HasLeft);
        Assert.Equal(BatchStatus.Running, other.Describe()!.Status);
    }

    /// <summary>The report also survives while this activation creates the batch too.</summary>
    [Fact]
    public async Task Report_DuringConcurrentCreation_IsNotLost()
    {
        var rig = new BatchRig();
        var answer = new TaskCompletionSource();
        rig.Runs.On(nameof(IBatchRuns.NoteBatchAsync), _ => answer.Task);
        var making = rig.Create(BatchRig.Of(2));
        rig.Next().With(BatchRig.Of(2));
        var report = rig.Report(0);
        Assert.False(report.IsCompleted);

        answer.SetResult();
        rig.Turns.Run();

        await Assert.ThrowsAsync<PartitionMovedException>(() => making);
        await Assert.ThrowsAsync<PartitionMovedException>(() => report);
    }

    [Fact]
    public void Create_Batch_IsStoredBeforeAnyRunIsDispatched()
    {
        var rig = new BatchRig();
        var gate = new TaskCompletionSource();
        rig.Storage.Before = () => gate.Task;
        var making = rig.Create(BatchRig.Of(3));
        Assert.Empty(rig.Dispatched);
        Assert.Equal([nameof(IBatchRuns.DescribeAsync), nameof(IBatchRuns.ExpectsBatchAsync), nameof(IBatchRuns.NoteBatchAsync)],
            rig.Runs.Called);
        Assert.Null(rig.Describe());

        gate.SetResult();
        rig.Turns.Run();

        Assert.True(making.IsCompletedSuccessfully);
        Assert.Equal(["t", "t", "t"], rig.Dispatched);
    }

    [Fact]
    public async Task Create_TwiceConcurrently_CreatesOneBatch()
    {
        var rig = new BatchRig();
        var gate = new TaskCompletionSource();
        rig.Storage.Before = () => gate.Task;
        var both = new[] { rig.Create(BatchRig.Of(2)), rig.Create(BatchRig.Of(2)) };
        Assert.Null(await rig.Resume());
        Assert.True(rig.Forget().IsCompletedSuccessfully);
        gate.SetResult();
        rig.Turns.Run();

        Assert.All(both, b => Assert.True(b.IsCompletedSuccessfully));
        Assert.Equal(2, rig.Dispatched.Count());
        Assert.Equal(2, rig.Describe()!.Pending);
    }

    /// <summary>The error tells the caller to repeat the call, and is not the storage's own.</summary>
    [Fact]
    public async Task Ask_StorageUnreadable_IsRetryable()
    {
        var rig = new BatchRig();
        rig.Storage.IsShut = true;
        Func<Task>[] asks = [() => rig.Turns.Do(() => rig.Core.DescribeAsync()), () => rig.Turns.Do(() => rig.Core.CancelAsync()),
            () => rig.Report(0)];
        foreach (var ask in asks.Append(() => new BatchCore(rig.Services, BatchRig.Id, static () => { }).OpenAsync()))
        {
            Assert.True((await Assert.ThrowsAsync<PartitionMovedException>(ask)).StorageFails);
        }
    }

    [Fact]
    public async Task Create_Rejected_StoresNothing()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.DescribeAsync),
            static a => Task.FromResult(new TaskInfo { Name = (string)a[0]!, Handler = "h", State = TaskState.Cancelled }));
        await Assert.ThrowsAsync<TaskCancelledException>(() => rig.Create(BatchRig.Of(1)));
        await Assert.ThrowsAsync<InvalidTaskException>(() => rig.Create(BatchRig.Of(0)));
        await Assert.ThrowsAsync<InvalidTaskException>(() => rig.Create(null!));

        // The run's task would refuse this continuation, after the batch was acknowledged. The run would then count as failed.
        var large = new Continuation("next") { Arguments = TaskArguments.Of(new string('x', new TaskEngineLimits().MaxArgumentsSize)) };
        await Assert.ThrowsAsync<PayloadTooLargeException>(
            () => rig.Create(new BatchRequest { Items = [new("t", null, new DispatchOptions { Then = [large] })] }));

        Assert.Equal(DateTimeOffset.MinValue, await rig.Resume());
        Assert.Equal(0, rig.Storage.Writes);
    }

    /// <summary>The batch is stored, but the answer was lost. This activation must not answer as if the batch were gone.</summary>
    [Fact]
    public async Task Create_ResponseLost_IsFoundByTheNextActivationOnly()
    {
        var rig = new BatchRig();
        rig.Storage.Next = FaultyStorage.Fault.AnswerLost;
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Create(BatchRig.Of(2)));
        Assert.True(rig.HasLeft);
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Report(0));
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Create(BatchRig.Of(2)));
        Assert.Throws<PartitionMovedException>(() => rig.Describe());
        Assert.Empty(rig.Dispatched);

        var next = rig.Next().With(BatchRig.Of(2));
        Assert.Equal(2, next.Dispatched.Count());
        await next.Report(0);
        await next.Report(1);
        Assert.Equal(BatchStatus.Finished, next.Describe()!.Status);
    }

    [Fact]
    public async Task Create_NotStored_LeavesNothing()
    {
        var rig = new BatchRig();
        rig.Storage.Next = FaultyStorage.Fault.Refused;
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Create(BatchRig.Of(2)));

        Assert.Equal(DateTimeOffset.MinValue, await rig.Next().Resume());
    }

    [Fact]
    public async Task Report_NotStored_IsRepeatedToTheNextActivationAndCountsOnce()
    {
        var rig = new BatchRig().With(BatchRig.Of(2, Then));
        await rig.Report(0);
        rig.Storage.Next = FaultyStorage.Fault.AnswerLost;
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Report(1, RunStatus.Failed));
        Assert.DoesNotContain("then", rig.Dispatched);

        var next = rig.Next();
        await next.Report(1, RunStatus.Failed);

        Assert.Equal((1, 1, BatchStatus.Finished), (next.Describe()!.Succeeded, next.Describe()!.Failed, next.Describe()!.Status));
        Assert.Equal(["then"], next.Dispatched);
    }

    [Fact]
    public async Task Report_ManyConcurrently_SharesWrites()
    {
        var rig = new BatchRig().With(BatchRig.Of(100));
        var before = rig.Storage.Writes;
        var reports = Enumerable.Range(0, 99).Select(n => rig.Turns.Begin(() => rig.Core.ReportAsync(n, RunStatus.Succeeded))).ToList();
        rig.Turns.Run();
        await Task.WhenAll(reports);
        await rig.Report(5);

        Assert.InRange(rig.Storage.Writes - before, 1, 2);
        Assert.Equal(99, rig.Describe()!.Succeeded);
    }

    /// <summary>The end was not stored. If the partition forgot the batch, the continuation could run again a day later.</summary>
    [Fact]
    public async Task Resume_EndNotStored_DoesNotReportTheEnd()
    {
        var rig = new BatchRig().With(BatchRig.Of(1, Then));
        var writes = 0;
        rig.Storage.Before = () =>
        {
            rig.Storage.Next = ++writes == 2 ? FaultyStorage.Fault.Refused : null;
            return Task.CompletedTask;
        };
        await rig.Report(0);

        await Assert.ThrowsAsync<PartitionMovedException>(rig.Resume);
        Assert.Throws<PartitionMovedException>(() => rig.Describe());

        var next = rig.Next();
        Assert.Equal(TaskRig.Start, await next.Resume());
        Assert.Equal(((DispatchRequest)rig.Runs.CallsOf(nameof(IBatchRuns.DispatchAsync)).Last()[1]!).Id,
            ((DispatchRequest)next.Runs.CallsOf(nameof(IBatchRuns.DispatchAsync)).Single()[1]!).Id);
    }

    [Fact]
    public async Task Dispatch_TaskUnreachable_DispatchesTheOthersAndContinuesLater()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static a => (string)a[0]! == "far"
            ? Task.FromException<RunId>(new PartitionMovedException("far"))
            : Task.FromResult(new RunId((string)a[0]!, ((DispatchRequest)a[1]!).Id)));
        rig.With(new BatchRequest { Items = [new("far"), new("t")], Then = Then });
        await rig.Report(1);
        await Assert.ThrowsAsync<AggregateException>(rig.Resume);

        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static a => Task.FromResult(new RunId((string)a[0]!, ((DispatchRequest)a[1]!).Id)));
        Assert.Null(await rig.Resume());
        Assert.Equal(["far", "t", "far", "far"], rig.Dispatched);
        await rig.Report(0);
        Assert.Equal(2, rig.Describe()!.Succeeded);
    }

    /// <summary>The task's answer is lost, but the run has ended, so the dispatch cannot fail any more.</summary>
    [Fact]
    public async Task Dispatch_ResponsesLost_BatchStillEnds()
    {
        var rig = new BatchRig();
        var answers = new List<TaskCompletionSource<RunId>>();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), a =>
        {
            answers.Add(new TaskCompletionSource<RunId>());
            return answers[^1].Task;
        });
        var making = rig.Create(BatchRig.Of(2));
        var reports = new[] { rig.Report(0), rig.Report(1) };
        rig.Pass(BatchDispatcher.Patience);

        await Task.WhenAll([making, .. reports]);
        Assert.Equal(BatchStatus.Finished, rig.Describe()!.Status);
    }

    [Fact]
    public async Task Dispatch_RunRejected_CountsAsFailed()
    {
        var rig = new BatchRig();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static a => (string)a[0]! == "bad"
            ? Task.FromException<RunId>(new TaskArgumentException("bad", "n", "is missing"))
            : Task.FromResult(new RunId((string)a[0]!, ((DispatchRequest)a[1]!).Id)));
        rig.With(new BatchRequest { Items = [new("bad"), new("t")], Then = Then });
        await rig.Report(1);

        var info = rig.Next().Describe()!;
        Assert.Equal((1, 1, BatchStatus.Finished), (info.Succeeded, info.Failed, info.Status));
        Assert.Contains("Items[0]", Assert.Single(info.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_TaskUnreachable_IsRepeatedWithTheFinalBatch()
    {
        var rig = new BatchRig().With(BatchRig.Of(1, Then));
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static _ => Task.FromException<RunId>(new PartitionMovedException("far")));
        await rig.Report(0);
        Assert.Equal(BatchStatus.Running, rig.Describe()!.Status);
        var waiting = rig.Wait();

        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static a => Task.FromResult(new RunId((string)a[0]!, ((DispatchRequest)a[1]!).Id)));
        rig.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal(TaskRig.Start.AddSeconds(3), await rig.Resume());

        Assert.Equal(BatchStatus.Finished, (await waiting)!.Status);
        var request = (DispatchRequest)rig.Runs.CallsOf(nameof(IBatchRuns.DispatchAsync)).Last()[1]!;
        Assert.Equal(new RunId("then", request.Id), rig.Describe()!.Then);
        Assert.Equal(rig.Describe()!.FinishedAt, request.Arguments!.Positional[0].GetProperty("finishedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Follow_Rejected_BatchStillEnds()
    {
        var rig = new BatchRig().With(BatchRig.Of(1, Then));
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), static a => Task.FromException<RunId>(new TaskNotFoundException((string)a[0]!)));
        await rig.Report(0);

        Assert.Equal((BatchStatus.Finished, null), (rig.Describe()!.Status, rig.Describe()!.Then));
    }

    [Fact]
    public async Task Cancel_DuringDispatch_StopsDispatchAndCancelsDispatchedRuns()
    {
        var rig = new BatchRig();
        var answer = new TaskCompletionSource<RunId>();
        rig.Runs.On(nameof(IBatchRuns.DispatchAsync), _ => answer.Task);
        var making = rig.Create(BatchRig.Of(BatchDispatcher.AtOnce + 10));
        rig.Runs.On(nameof(IBatchRuns.CallOffAsync), static _ => Task.FromResult<IReadOnlyList<RunId>>([BatchRig.RunOf(0)]));
        var cancelling = rig.Cancel();
        answer.SetResult(BatchRig.RunOf(0));
        rig.Turns.Run();

        Assert.True(await cancelling);
        await making;
        Assert.Equal(BatchDispatcher.AtOnce, rig.Dispatched.Count());
        Assert.Equal([BatchRig.RunOf(0).Value], (IReadOnlyList<Guid>)rig.Runs.CallsOf(nameof(IBatchRuns.EndCalledOffAsync)).First()[1]!);
        Assert.Equal((BatchStatus.Cancelling, 1), (rig.Describe()!.Status, rig.Describe()!.Pending));

        await rig.Report(0, RunStatus.Cancelled);
        Assert.Equal((BatchStatus.Cancelled, 0), (rig.Describe()!.Status, rig.Describe()!.Pending));
        Assert.True(await rig.Cancel());
    }

    [Fact]
    public async Task Cancel_NotStored_IsNeitherAcknowledgedNorShown()
    {
        var rig = new BatchRig().With(BatchRig.Of(1));
        rig.Storage.Next = FaultyStorage.Fault.Refused;
        await Assert.ThrowsAsync<PartitionMovedException>(rig.Cancel);
        Assert.Empty(rig.Runs.CallsOf(nameof(IBatchRuns.CallOffAsync)));

        var next = rig.Next();
        Assert.Equal(BatchStatus.Running, next.Describe()!.Status);
        Assert.True(await next.Cancel());
    }

    [Fact]
    public async Task Cancel_PartitionUnreachable_CompletesLater()
    {
        var rig = new BatchRig().With(BatchRig.Of(3));
        rig.Runs.On(nameof(IBatchRuns.CallOffAsync),
            static _ => Task.FromException<IReadOnlyList<RunId>>(new PartitionMovedException("far")));
        Assert.True(await rig.Cancel());
        Assert.Equal((BatchStatus.Cancelling, 3), (rig.Describe()!.Status, rig.Describe()!.Pending));

        var next = rig.Next();
        Assert.NotNull(await next.Resume());
        Assert.Equal((BatchStatus.Cancelled, 3), (next.Describe()!.Status, next.Describe()!.Cancelled));
    }

    [Fact]
    public async Task Cancel_EndedOrUnknownBatch_ReturnsFalse()
    {
        var rig = new BatchRig();
        Assert.False(await rig.Cancel());
        Assert.True(rig.HasLeft);

        rig = new BatchRig().With(BatchRig.Of(1));
        await rig.Report(0);
        Assert.False(await rig.Cancel());
    }

    [Fact]
    public async Task Wait_TimedOut_ReturnsTheProgress()
    {
        var rig = new BatchRig().With(BatchRig.Of(1));
        var waiting = rig.Wait();
        Assert.False(waiting.IsCompleted);
        rig.Pass(TimeSpan.FromSeconds(15));

        Assert.Equal(1, (await waiting)!.Pending);
    }
}
