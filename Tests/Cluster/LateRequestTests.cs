using OrleansTasks.Client.Links;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests requests that arrive after their run has ended or the task has moved, or while storage does not answer.</summary>
public sealed class LateRequestTests
{
    private readonly RequestRig _rig = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce, true)]
    [InlineData(RunGuarantee.AtMostOnce, false)]
    [InlineData(RunGuarantee.AtLeastOnce, true)]
    public async Task DispatchAsync_RepeatedAfterItsResultLeftTheHistory_RunsOnce(RunGuarantee guarantee, bool repeated)
    {
        var storage = new SharedStorage();
        var request = new DispatchRequest { Id = Guid.CreateVersion7(), Options = new DispatchOptions { Guarantee = guarantee } };
        await using (var first = await _rig.StartAsync(storage))
        {
            await first.Cluster.GetGrain<ITaskGrain>("work").DispatchAsync(request);
            await first.Client.WaitAsync(new RunId("work", request.Id), Stop);
            foreach (var id in await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => first.Client.DispatchAsync("work", ct: Stop))))
            {
                await first.Client.WaitAsync(id, Stop);
            }

            // On deactivation, the history is written, and the partition forgets the runs.
            await RequestRig.DeactivateAsync(first);
            await RepeatAsync(first);
        }

        await using var second = await _rig.StartAsync(storage);
        await RepeatAsync(second);

        async Task RepeatAsync(TestCluster cluster)
        {
            Assert.Null(await cluster.Client.GetRunAsync(new RunId("work", request.Id), Stop));
            Assert.Equal(request.Id,
                (await cluster.Cluster.GetGrain<ITaskGrain>("work").DispatchAsync(request with { Repeated = repeated })).Value);

            // A run that is dispatched later also ends later.
            await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("work", ct: Stop), Stop);
            Assert.Single(_rig.Ran, r => r.Value == request.Id);
        }
    }

    /// <summary>
    /// Nothing is stored about an awaited run. Here its first message arrives after the task has moved and after the result has left the
    /// history.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task BeginRunAsync_FirstMessageArrivesAfterTheTaskMoved_RunsOnce()
    {
        await using var cluster = await _rig.StartAsync(new SharedStorage());
        var task = cluster.Cluster.GetGrain<ITaskGrain>("work");
        var request = new RunRequest
        {
            Id = Guid.CreateVersion7(),
            Met = Guid.Empty,
            Options = new RunOptions { Guarantee = RunGuarantee.AtMostOnce }
        };
        Assert.NotNull(await task.BeginRunAsync(request));
        for (var n = 0; n < 10; n++)
        {
            await cluster.Client.RunAsync("work", ct: Stop);
        }

        await RequestRig.DeactivateAsync(cluster);
        await Assert.ThrowsAsync<UnmetActivationException>(() => task.BeginRunAsync(request).AsTask());

        // The caller has asked again. Other callers notice nothing.
        Assert.Equal(RunStatus.Lost, (await task.BeginRunAsync(request with { Repeated = true }))!.Status);
        await cluster.Client.RunAsync("work", ct: Stop);
        Assert.Single(_rig.Ran, r => r.Value == request.Id);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task TriggerAsync_WhileStorageHangs_CreatesOneRun()
    {
        var storage = new SharedStorage();
        await using var cluster = await _rig.StartAsync(storage);
        var task = cluster.Client.GetTask("work");
        await task.DescribeAsync(Stop);

        // The answer comes when storage continues. Until then the partition's timeout ends the calls, and the client repeats them.
        var goOn = new TaskCompletionSource();
        storage.BeforeNextWrite = () => goOn.Task;
        var triggered = task.TriggerAsync(Stop);
        await _rig.Answers.Happenings.UntilAsync(() => _rig.Answers.CallsOf("ITaskGrain.TriggerAsync") >= 3);
        goOn.SetResult();
        var id = await triggered;
        await cluster.Client.WaitAsync(id, Stop);
        await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("work", ct: Stop), Stop);

        Assert.Equal(id, Assert.Single(await task.RunsAsync(ct: Stop), r => r.Trigger == RunTrigger.Manual).RunId);
        Assert.Single(_rig.Ran, id);
    }
}
