using System.Threading.Channels;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Policies;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests continuations and batches.</summary>
[Long]
public sealed class ContinuationTests
{
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_OfADispatch_GetsTheValue()
    {
        await using var cluster = await StartAsync();

        var first = await cluster.Client.DispatchAsync("double", [21], new DispatchOptions { Then = [new Continuation("say")] }, Stop);

        Assert.Equal("say 42", await _said.Reader.ReadAsync(Stop));
        var run = Assert.Single(await cluster.Client.GetTask("say").RunsAsync(ct: Stop));
        Assert.Equal((first, RunTrigger.Continuation), (run.Parent, run.Trigger));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("double", "succeeded finished")]
    [InlineData("fail", "failed finished")]
    public async Task Continuations_OfATask_FollowTheirTriggerOnly(string task, string expected)
    {
        await using var cluster = await StartAsync();
        var followers = new[] { ContinuationTrigger.Succeeded, ContinuationTrigger.Failed, ContinuationTrigger.Finished }
            .Select(on => new Continuation("say") { On = on, Arguments = [on.ToString().ToLowerInvariant()] }).ToList();
        await cluster.Client.GetTask(task).UpdateAsync(r => r with { Options = new TaskOptions { Then = followers } }, Stop);

        await cluster.Client.RunAsync(task, [1], ct: Stop);

        var heard = new[] { await _said.Reader.ReadAsync(Stop), await _said.Reader.ReadAsync(Stop) };
        Assert.Equal(expected.Split(' ').Select(e => $"say {e}").Order(), heard.Order());
        Assert.Equal(2, (await cluster.Client.GetTask("say").RunsAsync(ct: Stop)).Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_OfAFailedRun_ReceivesTheResultAfterTheLastAttempt()
    {
        await using var cluster = await StartAsync();

        var run = await cluster.Client.DispatchAsync("fail", [1], new DispatchOptions
        {
            Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.Zero },
            Then = [new Continuation("report") { On = ContinuationTrigger.Failed, Pass = PassedArgument.Result }],
        }, Stop);

        Assert.Equal($"report {run} Failed 3 broken", await _said.Reader.ReadAsync(Stop));
        Assert.False(_said.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_UnknownTask_DoesNotPreventTheRunFromEnding()
    {
        var logs = new LogWatch();
        await using var cluster = await StartAsync(logs: logs);

        var run = await cluster.Client.DispatchAsync("double", [2], new DispatchOptions { Then = [new Continuation("nobody")] }, Stop);

        Assert.Equal(4, (await cluster.Client.WaitAsync(run, Stop)).GetValue<int>());
        await logs.UntilAsync(391, 1);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_AfterAnOccurrence_AndWithADelay_IsDueLater()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.ScheduleAsync(new TaskRegistration
        {
            Name = "hourly",
            Handler = "double",
            Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
            Arguments = [4],
            Options = new TaskOptions { Then = [new Continuation("say") { Delay = TimeSpan.FromMinutes(10) }] },
        }, Stop);
        cluster.Clock.SetUtcNow(TestCluster.Start.AddHours(1));
        await cluster.Client.WaitAsync(RunId.Of("hourly", TestCluster.Start.AddHours(1)), Stop);
        Assert.Equal(RunStatus.Pending, Assert.Single(await cluster.Client.GetTask("say").RunsAsync(ct: Stop)).Status);

        cluster.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("say 8", await _said.Reader.ReadAsync(Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_SiloLostBeforeItIsStored_RunsOnce()
    {
        var storage = new SharedStorage();
        RunId run;
        await using (var first = await StartAsync(storage))
        {
            // The end of the run is stored, but nothing after it.
            run = await first.Client.DispatchAsync("double", [5],
                new DispatchOptions { Then = [new Continuation("say")], Delay = TimeSpan.FromMinutes(1) }, Stop);
            var ended = storage.Changes;
            first.Clock.Advance(TimeSpan.FromMinutes(1));
            await ended.UntilAsync(() => storage.Failure != StorageFailure.None || _doubled > 0);
            storage.Failure = StorageFailure.Refuses;
            await first.KillSiloAsync(first.Silos[0]);
        }

        storage.Failure = StorageFailure.None;
        await using var second = await StartAsync(storage, at: TestCluster.Start.AddMinutes(2));
        await second.Client.WaitAsync(run, Stop);
        Assert.Equal("say 10", await _said.Reader.ReadAsync(Stop));
        Assert.Single(await second.Client.GetTask("say").RunsAsync(ct: Stop));
        Assert.False(_said.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_OfARepeatableOccurrence_BelongsToItsFirstResult()
    {
        var storage = new SharedStorage();
        var registration = new TaskRegistration
        {
            Name = "hourly",
            Handler = "firstOnly",
            Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
            Options = new TaskOptions
            {
                Guarantee = RunGuarantee.AtLeastOnce,
                MisfireThreshold = TimeSpan.FromDays(1),
                Then = [new("say") { Arguments = ["good"] }, new("say") { On = ContinuationTrigger.Failed, Arguments = ["bad"] }],
            },
        };
        await using (var first = await StartAsync(storage))
        {
            await first.Client.ScheduleAsync(registration, Stop);
            first.Clock.SetUtcNow(TestCluster.Start.AddHours(1));
            Assert.Equal("say good", await _said.Reader.ReadAsync(Stop));

            // Wait for the run that said it, which must not repeat. The history of the first task is due half a second later, and is never
            // written.
            await first.Client.WaitAsync(Assert.Single(await first.Client.GetTask("say").RunsAsync(ct: Stop)).RunId, Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(storage, at: TestCluster.Start.AddMinutes(90));
        Assert.True((await second.Client.WaitAsync(RunId.Of("hourly", TestCluster.Start.AddHours(1)), Stop)).Successful);

        // The stored outcome gets a number, and appears in the history.
        for (var numbered = false; !numbered;)
        {
            second.Clock.Advance(TimeSpan.FromSeconds(1));
            numbered = (await second.Client.GetTask("hourly").HistoryAsync(ct: Stop)).Results.Any(
                r => r.ScheduledAt == TestCluster.Start.AddHours(1));
        }

        second.Clock.SetUtcNow(TestCluster.Start.AddHours(2));
        Assert.Equal("say bad", await _said.Reader.ReadAsync(Stop));
        Assert.Equal(2, _firsts);
        Assert.Equal(2, (await second.Client.GetTask("say").RunsAsync(ct: Stop)).Count);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Continuation_RepeatedAfterItWasForgotten_DoesNotRunAgain()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetTask("say")
            .UpdateAsync(r => r with { Options = new TaskOptions { HistoryLength = 1, KeepSucceeded = new RunRetention { MaxRuns = 0 } } },
                Stop);
        var run = RunId.Of("a", TestCluster.Start);
        var (task, request) = Followers.Of(new TaskResult { RunId = run, Status = RunStatus.Succeeded }, [new("say") { Arguments = [1] }],
            null)[0];
        var grain = cluster.Cluster.GetGrain<ITaskGrain>(task);
        await cluster.Client.WaitAsync(await grain.DispatchAsync(request), Stop);
        Assert.Equal("say 1", await _said.Reader.ReadAsync(Stop));
        await cluster.Client.RunAsync("say", [2], ct: Stop);
        Assert.Equal("say 2", await _said.Reader.ReadAsync(Stop));
        for (var gone = false; !gone; gone = await cluster.Client.GetRunAsync(new RunId("say", request.Id), Stop) is null)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(request.Id, (await grain.DispatchAsync(request)).Value);

        await cluster.Client.RunAsync("say", [3], ct: Stop);
        Assert.Equal("say 3", await _said.Reader.ReadAsync(Stop));
        Assert.False(_said.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_QueriedBeforeItsCreation_IsNotForgotten()
    {
        await using var cluster = await StartAsync();
        var id = Guid.NewGuid();
        var partition = cluster.Cluster.GetGrain<IPartition>(PartitionMap.PartitionOf(id.ToString("N"), new TasksOptions().Partitions));
        var sweeps = TimeSpan.FromMinutes(1);

        // Simulate a sweep of the partition before the batch is stored.
        await partition.AddBatchAsync(id);
        cluster.Clock.Advance(sweeps);
        await cluster.Client.GetSchedulerAsync(Stop);
        await cluster.Cluster.GetGrain<IBatchGrain>(id)
            .CreateAsync(new BatchRequest { Items = [new("double", [1], new DispatchOptions { Delay = TimeSpan.FromMinutes(30) })] });
        for (var n = 0; n < 20; n++)
        {
            cluster.Clock.Advance(sweeps);
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        Assert.Equal(1, (await cluster.Client.GetBatchAsync(id, Stop))!.Pending);
        cluster.Clock.Advance(10 * sweeps);
        Assert.Equal(1, (await cluster.Client.WaitBatchAsync(id, Stop))!.Succeeded);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_RunsCleared_IsRemoved()
    {
        var storage = new SharedStorage();
        await using var cluster = await StartAsync(storage);
        var batch = await cluster.Client.DispatchBatchAsync([new("double", [1], new DispatchOptions { Delay = TimeSpan.FromHours(1) })],
            ct: Stop);
        await cluster.LeaveMemoryAsync(batch);

        await cluster.Client.ClearAsync(Stop);

        for (var forgotten = false; !forgotten; forgotten = !storage.Keys.Any(k => k.Contains("ot-batch", StringComparison.Ordinal)))
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            await cluster.Client.GetSchedulerAsync(Stop);
        }

        Assert.Null(await cluster.Client.GetBatchAsync(batch, Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_AllRunsEnded_ContinuationRunsOnce()
    {
        await using var cluster = await StartAsync(silos: 2);
        var items = Enumerable.Range(0, 200).Select(n => new BatchItem("double", [n])).ToList();

        var batch = await cluster.Client.DispatchBatchAsync(items, new Continuation("sum"), Stop);

        Assert.Equal("sum 200 of 200", await _said.Reader.ReadAsync(Stop));
        var info = (await cluster.Client.WaitBatchAsync(batch, Stop))!;
        Assert.Equal((200, 200, 0, 0), (info.Total, info.Succeeded, info.Failed, info.Pending));
        Assert.NotNull(info.FinishedAt);
        Assert.Equal("sum", info.Then!.Value.Task);
        Assert.Equal(200, _doubled);
        Assert.False(_said.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_WithFailedRuns_CountsThemAndSkipsTheSuccessContinuation()
    {
        await using var cluster = await StartAsync();

        var batch = await cluster.Client.DispatchBatchAsync(
            [new("double", [1]), new("fail", [1]), new("double", ["no number"]),
                new("double", [2], new DispatchOptions { Delay = TimeSpan.FromMinutes(1) })], new Continuation("sum"), Stop);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var info = (await cluster.Client.WaitBatchAsync(batch, Stop))!;

        Assert.Equal((2, 2, 0), (info.Succeeded, info.Failed, info.Pending));
        Assert.Null(info.Then);
        Assert.StartsWith("Items[2]", Assert.Single(info.Errors), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_ThatIsNotValid_StoresNothing()
    {
        await using var cluster = await StartAsync();

        await Assert.ThrowsAsync<TaskNotFoundException>(
            () => cluster.Client.DispatchBatchAsync([new("double", [1]), new("nobody")], ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.DispatchBatchAsync([], ct: Stop));
        var error = await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.DispatchBatchAsync([new("double", [1], new DispatchOptions { IdempotencyKey = "k" })], ct: Stop));

        Assert.Contains("Items[0]", error.Message, StringComparison.Ordinal);
        Assert.Contains("Items[1]",
            (await Assert.ThrowsAsync<InvalidTaskException>(
                () => cluster.Client.DispatchBatchAsync([new("double", [1]), null!], ct: Stop))).Message, StringComparison.Ordinal);
        Assert.Empty(await cluster.Client.GetTask("double").RunsAsync(ct: Stop));
        Assert.Null(await cluster.Client.GetBatchAsync(Guid.NewGuid(), Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Batch_ClusterLost_ContinuesAndIsRemovedAfterItsRetention()
    {
        var storage = new SharedStorage();
        Guid batch;
        await using (var first = await StartAsync(storage))
        {
            batch =
                await first.Client.DispatchBatchAsync(
                    [.. Enumerable.Range(0, 20)
                        .Select(n => new BatchItem("double", [n], new DispatchOptions { Delay = TimeSpan.FromHours(n % 2) }))],
                            new Continuation("sum"), Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(storage, at: TestCluster.Start.AddHours(2));
        Assert.Equal("sum 20 of 20", await _said.Reader.ReadAsync(Stop));
        Assert.Equal(20, (await second.Client.WaitBatchAsync(batch, Stop))!.Succeeded);

        // One sweep notes that the batch has ended, and a sweep after its retention removes it.
        for (var forgotten = false; !forgotten; forgotten = !storage.Keys.Any(k => k.Contains("ot-batch", StringComparison.Ordinal)))
        {
            second.Clock.Advance(TimeSpan.FromHours(1));
            await second.Client.GetSchedulerAsync(Stop);
        }

        Assert.Null(await second.Client.GetBatchAsync(batch, Stop));
    }

    private int _doubled;
    private int _firsts;

    private Task<TestCluster> StartAsync(SharedStorage? storage = null, DateTimeOffset? at = null, int silos = 1, LogWatch? logs = null) =>
        TestCluster.StartAsync(
        silos,
        (tasks, _) => tasks
            .Define("double", (int n) =>
            {
                Interlocked.Increment(ref _doubled);
                storage?.Changes.Note();
                return 2 * n;
            })
            .Define("firstOnly", () => Interlocked.Increment(ref _firsts) == 1 ? 1 : throw new InvalidOperationException("again"))
            .Define("fail", (int n) => n > 0 ? throw new InvalidOperationException("broken") : n)
            .Define("say", (object? what) => { _said.Writer.TryWrite($"say {what}"); })
            .Define("report", (TaskResult result) =>
            {
                _said.Writer.TryWrite(
                $"report {result.RunId} {result.Status} {result.Attempt} {result.Error}");
            })
            .Define("sum", (BatchInfo batch) => { _said.Writer.TryWrite($"sum {batch.Succeeded} of {batch.Total}"); }),
        storage: storage,
        at: at,
        logs: logs);
}
