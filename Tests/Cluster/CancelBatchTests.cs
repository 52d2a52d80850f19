using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>After a batch is cancelled, none of its runs starts and its counts add up, whatever is lost in the meantime.</summary>
public sealed class CancelBatchTests
{
    private const string RecordName = "batch";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly ConcurrentQueue<int> _ran = new();
    private readonly ConcurrentQueue<string> _followed = new();
    private readonly Happenings _happened = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_RunsInEveryState_CancelsUnfinishedRuns()
    {
        await using var cluster = await StartAsync(silos: 2);
        var later = new DispatchOptions { Delay = TimeSpan.FromHours(1) };
        var batch = await cluster.Client.DispatchBatchAsync(
            [new("work", [1]), new("fail", [1]), new("hold", [2]), new("hold", [3]), new("work", [4], later), new("work", [5], later)],
            new Continuation("follow") { On = ContinuationTrigger.Failed },
            Stop);
        await UntilAsync(cluster, batch, b => b.Pending == 4 && (_ran.Contains(2) || _ran.Contains(3)));

        Assert.True(await CancelAsync(cluster, batch, "alice"));
        var end = (await cluster.Client.WaitBatchAsync(batch, Stop))!;

        Assert.Equal((BatchStatus.Cancelled, "alice", 6, 1, 1, 4, 0),
            (end.Status, end.CancelledBy, end.Total, end.Succeeded, end.Failed, end.Cancelled, end.Pending));
        await _happened.UntilAsync(() => !_followed.IsEmpty);
        Assert.Equal("follow cancelled 4 of 6", Assert.Single(_followed));
        cluster.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
        Assert.Equal(2, _ran.Count);
        Assert.All(await cluster.Client.GetTask("hold").RunsAsync(ct: Stop), r => Assert.Equal(RunStatus.Cancelled, r.Status));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_Again_ChangesNothing()
    {
        await using var cluster = await StartAsync();
        var batch = await cluster.Client.DispatchBatchAsync([new("work", [1], new DispatchOptions { Delay = Minute })],
            new Continuation("follow"), Stop);

        Assert.True(await CancelAsync(cluster, batch, "alice"));
        var first = await cluster.Client.WaitBatchAsync(batch, Stop);
        cluster.Clock.Advance(Minute);
        Assert.True(await CancelAsync(cluster, batch, "bob"));

        Assert.Equal(first, (await cluster.Client.GetBatchAsync(batch, Stop))! with { Errors = first!.Errors });
        Assert.Equal(("alice", (RunId?)null), (first.CancelledBy, first.Then));
        Assert.Empty(_followed);
        Assert.Empty(_ran);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_EndedOrUnknownBatch_ReturnsFalse()
    {
        await using var cluster = await StartAsync();
        var batch = await cluster.Client.DispatchBatchAsync([new("work", [1])], ct: Stop);
        await cluster.Client.WaitBatchAsync(batch, Stop);

        Assert.False(await cluster.Client.CancelBatchAsync(batch, Stop));
        Assert.False(await cluster.Client.CancelBatchAsync(Guid.NewGuid(), Stop));

        Assert.Equal(BatchStatus.Finished, (await cluster.Client.GetBatchAsync(batch, Stop))!.Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_DuringDispatch_StartsNoFurtherRuns()
    {
        await using var cluster = await StartAsync(silos: 2);
        var id = Guid.CreateVersion7();
        var grain = cluster.Cluster.GetGrain<IBatchGrain>(id);
        var creating = grain.CreateAsync(
            new BatchRequest { Items = [.. Enumerable.Range(0, 2_000).Select(n => new BatchItem(n % 2 == 0 ? "work" : "other", [n]))] });
        await _happened.UntilAsync(() => _ran.Count > 10);

        await cluster.Client.CancelBatchAsync(id, Stop);
        await creating;
        var end = (await cluster.Client.WaitBatchAsync(id, Stop))!;

        Assert.Equal((2_000, 0, 0), (end.Succeeded + end.Cancelled, end.Failed, end.Pending));
        Assert.Equal(BatchStatus.Cancelled, end.Status);
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
        Assert.True(end.Cancelled > 0 && _ran.Distinct().Count() == _ran.Count && _ran.Count >= end.Succeeded,
            $"{_ran.Count} ran, {end.Succeeded} succeeded, {end.Cancelled} were cancelled.");
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_SiloLostAfterTheIntentIsStored_CompletesLater()
    {
        var storage = new SharedStorage();
        Guid batch;
        await using (var first = await StartAsync(storage))
        {
            batch = await DispatchLaterAsync(first);
            await WhenQuietAsync(first);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var never = new TaskCompletionSource();

            // The next write stores the intent. Every later write is lost.
            storage.BeforeNextWrite = () =>
            {
                storage.BeforeNextWrite = () =>
                {
                    reached.SetResult();
                    return never.Task;
                };
                return Task.CompletedTask;
            };
            first.Client.CancelBatchAsync(batch, Stop).Ignore();
            await reached.Task.WaitAsync(Stop);
            var killing = first.KillSiloAsync(first.Silos[0]);
            never.SetException(new TimeoutException("Storage was lost with the silo."));
            storage.Failure = StorageFailure.Refuses;
            await killing;
        }

        storage.Failure = StorageFailure.None;
        await using var second = await StartAsync(storage, at: TestCluster.Start + TimeSpan.FromSeconds(30));
        await AssertCancelledAsync(second, batch);
    }

    /// <summary>
    /// The partitions deactivate during the cancellation: before the intent is stored, or while runs are being cancelled.
    /// </summary>
    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task CancelBatchAsync_WhilePartitionsMove_Completes(int writesBefore)
    {
        var storage = new SharedStorage();
        await using var cluster = await StartAsync(storage, silos: 2);
        var batch = await DispatchLaterAsync(cluster);
        await WhenQuietAsync(cluster);
        Task moving = Task.CompletedTask;
        storage.BeforeNextWrite = () => Next(writesBefore);

        Assert.True(await cluster.Client.CancelBatchAsync(batch, Stop));
        await moving;
        await AssertCancelledAsync(cluster, batch);

        Task Next(int left)
        {
            if (left > 0)
            {
                storage.BeforeNextWrite = () => Next(left - 1);
                return Task.CompletedTask;
            }

            // Do not await this: the partitions deactivate only after their present write.
            moving = Task.WhenAll(
                cluster.Silos.Select(s => cluster.ServicesOf(s).GetRequiredService<LocalGrains>().DeactivateAsync<SchedulerGrain>(Stop)));
            return Task.CompletedTask;
        }
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CallOffRunsAsync_ThenSiloLost_RunsDoNotStart(bool isRunning)
    {
        var storage = new SharedStorage();
        List<RunId> runs;
        await using (var first = await StartAsync(storage))
        {
            var delay = isRunning ? TimeSpan.Zero : Minute;
            runs = [
                .. await Task.WhenAll(
                    Enumerable.Range(0, 5)
                        .Select(n => first.Client.DispatchAsync("wait", [n], new DispatchOptions { Delay = delay }, Stop)))];
            await _happened.UntilAsync(() => !isRunning || _ran.Count == 5);

            // The tasks are not notified.
            var stored = await Task.WhenAll(
                Enumerable.Range(0, 2).Select(p => first.Cluster.GetGrain<IPartition>(p).CallOffRunsAsync([.. runs.Select(r => r.Value)])));
            Assert.Equal(runs.ToHashSet(), stored.SelectMany(s => s).ToHashSet());
            storage.Failure = StorageFailure.Refuses;
            await first.KillSiloAsync(first.Silos[0]);
        }

        _ran.Clear();
        storage.Failure = StorageFailure.None;
        await using var second = await StartAsync(storage, at: TestCluster.Start + (10 * Minute));
        var results = await Task.WhenAll(runs.Select(r => second.Client.WaitAsync(r, Stop)));

        Assert.All(results, r => Assert.Equal(RunStatus.Cancelled, r.Status));
        Assert.Empty(_ran);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CallOffRunsAsync_RunNotStored_IsNeverStored()
    {
        await using var cluster = await StartAsync();
        var request = new DispatchRequest { Id = Guid.CreateVersion7(), Arguments = [1], Repeated = true };
        var stored =
            await Task.WhenAll(Enumerable.Range(0, 2).Select(p => cluster.Cluster.GetGrain<IPartition>(p).CallOffRunsAsync([request.Id])));
        Assert.All(stored, Assert.Empty);

        await cluster.Cluster.GetGrain<ITaskGrain>("work").DispatchAsync(request);

        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
        Assert.Equal(5, await cluster.Client.RunAsync<int>("work", [5], ct: Stop));
        Assert.Equal([5], _ran);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_WhileStorageFails_IsAtomicAndSucceedsWhenRepeated()
    {
        var storage = new SharedStorage();
        await using var cluster = await StartAsync(storage);
        var batch = await DispatchLaterAsync(cluster);
        await WhenQuietAsync(cluster);

        storage.Failure = StorageFailure.Refuses;
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Cluster.GetGrain<IBatchGrain>(batch).CancelAsync());
        storage.Failure = StorageFailure.None;

        Assert.True(await cluster.Client.CancelBatchAsync(batch, Stop));
        await AssertCancelledAsync(cluster, batch);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelBatchAsync_OfABatchThatAnEarlierVersionStored_FindsItsRuns()
    {
        var storage = new SharedStorage();
        Guid batch;
        await using (var first = await StartAsync(storage))
        {
            batch = await DispatchLaterAsync(first);
            await WhenQuietAsync(first);
            await first.StopSiloAsync(first.Silos[0]);
        }

        var record = new GrainState<BatchRecord>(new BatchRecord());
        var id = GrainId.Create("ot-batch", $"b-{batch:N}");
        await storage.ReadStateAsync(RecordName, id, record);
        var json = JsonNode.Parse(record.State!.Batch)!.AsObject();
        Assert.True(json.Remove("members"));
        record.State = new BatchRecord { Batch = json.ToJsonString() };
        await storage.WriteStateAsync(RecordName, id, record);

        await using var second = await StartAsync(storage);
        Assert.True(await second.Client.CancelBatchAsync(batch, Stop));
        await AssertCancelledAsync(second, batch);
    }

    private async Task AssertCancelledAsync(TestCluster cluster, Guid batch)
    {
        var waiting = cluster.Client.WaitBatchAsync(batch, Stop);
        while (!waiting.IsCompleted)
        {
            cluster.Clock.Advance(Minute);
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        var end = (await waiting)!;
        Assert.Equal((BatchStatus.Cancelled, 20, 20), (end.Status, end.Total, end.Cancelled));
        cluster.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(0, (await cluster.Client.GetSchedulerAsync(Stop)).PendingRuns);
        Assert.Empty(_ran);
    }

    private static Task<Guid> DispatchLaterAsync(TestCluster cluster) => cluster.Client.DispatchBatchAsync(
        [.. Enumerable.Range(0, 20)
            .Select(n => new BatchItem(n % 2 == 0 ? "work" : "other", [n], new DispatchOptions { Delay = TimeSpan.FromHours(12) }))],
                ct: Stop);

    private static async Task<bool> CancelAsync(TestCluster cluster, Guid batch, string by)
    {
        using var actor = TaskActor.As(by);
        return await cluster.Client.CancelBatchAsync(batch, Stop);
    }

    /// <summary>Waits until everything that the dispatches left to write is written.</summary>
    private static Task WhenQuietAsync(TestCluster cluster) =>
        Task.WhenAll(Enumerable.Range(0, 2).Select(p => cluster.Cluster.GetGrain<IPartition>(p).FindRequestAsync(Guid.NewGuid())));

    private static async Task UntilAsync(TestCluster cluster, Guid batch, Func<BatchInfo, bool> isSo)
    {
        while (!isSo((await cluster.Client.GetBatchAsync(batch, Stop))!))
        {
            await Task.Yield();
        }
    }

    private Task<TestCluster> StartAsync(SharedStorage? storage = null, DateTimeOffset? at = null, int silos = 1) => TestCluster.StartAsync(
        silos,
        (tasks, _) => tasks
            .Define("work", (int n) => Note(n))
            .Define("other", (int n) => Note(n))
            .Define("fail", (int n) => n > 0 ? throw new InvalidOperationException("broken") : n)
            .Define("wait", WaitAsync)
            .Define("hold", WaitAsync, new TaskOptions { MaxConcurrentRuns = 1 })
            .Define("follow", (BatchInfo batch) =>
            {
                _followed.Enqueue($"follow {batch.Status.ToString().ToLowerInvariant()} {batch.Cancelled} of {batch.Total}");
                _happened.Note();
            }),
        options: o => o.Partitions = 2,
        storage: storage,
        at: at);

    private async Task WaitAsync(int n, CancellationToken stop)
    {
        Note(n);
        await new TaskCompletionSource().Task.WaitAsync(stop);
    }

    private int Note(int n)
    {
        _ran.Enqueue(n);
        _happened.Note();
        return n;
    }
}
