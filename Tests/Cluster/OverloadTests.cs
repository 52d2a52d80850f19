using System.Collections.Concurrent;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Requests beyond the limits are refused at once, with a time to retry, and schedules remain punctual.</summary>
[Long]
public sealed class OverloadTests
{
    private const int Places = 4;
    private const int Queue = 16;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<DateTimeOffset> _fired = new();
    private readonly Happenings _happenings = new();
    private int _holding;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("hold")]
    [InlineData("tick")]
    public async Task RunAsync_TenTimesTheCapacity_RejectsTheRestAndSchedulesStayOnTime(string flooded)
    {
        await using var cluster = await StartAsync(_ => { });
        var accepted = new ConcurrentBag<TaskResult>();
        var refusals = new ConcurrentBag<Exception>();
        var callers = Enumerable.Range(0, 10 * Places).Select(_ => RequestAsync()).ToList();
        await _happenings.UntilAsync(() => refusals.Count == (10 * Places) - Places - Queue);
        Assert.All(refusals, e => Assert.InRange(Assert.IsType<TasksOverloadedException>(e).RetryAfter, Second, 2 * Second));

        // All places and the queue are full.
        for (var n = 1; n <= 5; n++)
        {
            cluster.Clock.Advance(Second);
            await _happenings.UntilAsync(() => _fired.Count == n);
            Assert.Equal(cluster.Clock.GetUtcNow(), _fired.Last());
        }

        _gate.SetResult();
        await Task.WhenAll(callers);
        Assert.Equal(Places + Queue, accepted.Count);
        Assert.All(accepted, r => Assert.Equal(RunStatus.Succeeded, r.Status));

        async Task RequestAsync()
        {
            try
            {
                accepted.Add(await cluster.Client.RunAsync(flooded, [true], ct: Stop));
            }
            catch (TaskException e)
            {
                refusals.Add(e);
                _happenings.Note();
            }
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_BeyondTheRunLimit_IsRejectedUntilARunEnds()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxPendingRunsPerPartition = 3);
        var later = new DispatchOptions { Delay = TimeSpan.FromHours(1) };
        RunId last = default;
        for (var n = 0; n < 3; n++)
        {
            last = await cluster.Client.DispatchAsync("hold", [false], later, Stop);
        }

        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => cluster.Client.DispatchAsync("hold", [false], later, Stop));
        Assert.Equal(("hold", 5 * Second), (error.Task, error.RetryAfter));

        Assert.True(await cluster.Client.CancelRunAsync(last, Stop));
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(last, Stop)).Status);
        await cluster.Client.DispatchAsync("hold", [false], later, Stop);
    }

    /// <summary>Keys remain after their runs have ended, for as long as the dispatch requests.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_BeyondTheKeyLimit_RejectsNewKeysOnly()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxIdempotencyKeys = 2);
        var first = await cluster.Client.DispatchAsync("swallow", ["x"],
            new DispatchOptions { IdempotencyKey = "a", IdempotencyRetention = TimeSpan.FromDays(400) }, Stop);
        await cluster.Client.DispatchAsync("swallow", ["y"], new DispatchOptions { UniqueFor = TimeSpan.FromDays(400) }, Stop);
        await cluster.Client.WaitAsync(first, Stop);

        var error = await Assert.ThrowsAsync<TasksOverloadedException>(
            () => cluster.Client.DispatchAsync("swallow", ["x"], new DispatchOptions { IdempotencyKey = "b" }, Stop));

        Assert.Contains("MaxIdempotencyKeys", error.Message, StringComparison.Ordinal);
        Assert.Equal(first, await cluster.Client.DispatchAsync("swallow", ["x"], new DispatchOptions { IdempotencyKey = "a" }, Stop));
        await cluster.Client.DispatchAsync("swallow", ["x"], ct: Stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchBatchAsync_BeyondTheBatchLimit_StoresNoRunsUntilABatchIsRemoved()
    {
        await using var cluster = await StartAsync(o => (o.Limits.MaxBatchesPerPartition, o.Limits.BatchRetention) = (2, Second));
        var first = await cluster.Client.DispatchBatchAsync([new BatchItem("swallow", ["x"])], ct: Stop);
        await cluster.Client.DispatchBatchAsync([new BatchItem("hold", [false])], ct: Stop);

        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => RefusedAsync());

        Assert.Contains("MaxBatchesPerPartition", error.Message, StringComparison.Ordinal);
        Assert.Equal(BatchStatus.Finished, (await cluster.Client.WaitBatchAsync(first, Stop))!.Status);
        Assert.Single(await cluster.Client.GetTask("swallow").RunsAsync(ct: Stop));
        await cluster.LeaveMemoryAsync(first);
        while (await cluster.Client.GetBatchAsync(first, Stop) is not null)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await RefusedAsync();
        _gate.SetResult();

        Task<Guid> RefusedAsync() => cluster.Client.DispatchBatchAsync([new BatchItem("swallow", ["y"])], ct: Stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutGroupAsync_BeyondTheGroupLimit_RejectsNewGroupsOnly()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxGroupsPerPartition = 2);
        var limits = new RunGroup { MaxConcurrentRuns = 1 };
        await cluster.Client.PutGroupAsync("a", limits, Stop);
        await cluster.Client.PutGroupAsync("b", limits, Stop);

        var error = await Assert.ThrowsAsync<TasksOverloadedException>(() => cluster.Client.PutGroupAsync("c", limits, Stop));

        Assert.Contains("MaxGroupsPerPartition", error.Message, StringComparison.Ordinal);
        Assert.Null((await cluster.Client.GetGroupAsync("c", Stop)).Limits.MaxConcurrentRuns);
        Assert.Equal(3, (await cluster.Client.PutGroupAsync("a", new RunGroup { MaxConcurrentRuns = 3 }, Stop)).Limits.MaxConcurrentRuns);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_BeyondTheByteLimit_IsRejected()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxPendingArgumentsSize = 1 << 20);
        var later = new DispatchOptions { Delay = TimeSpan.FromHours(1) };
        var large = new string('x', 600_000);
        await cluster.Client.DispatchAsync("swallow", [large], later, Stop);

        await Assert.ThrowsAsync<TasksOverloadedException>(() => cluster.Client.DispatchAsync("swallow", [large], later, Stop));
        await Assert.ThrowsAsync<TasksOverloadedException>(
            () => cluster.Client.DispatchAsync("swallow", ["x"],
                later with { Then = [new Continuation("swallow") { Arguments = [large] }] }, Stop));
        await cluster.Client.DispatchAsync("swallow", ["x"], later, Stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_ArgumentsBeyondTheMemoryLimit_IsRejected()
    {
        await using var cluster = await StartAsync(o => o.Limits.MaxQueuedArgumentsSize = 1 << 20);
        var large = new string('x', 600_000);
        var running = Enumerable.Range(0, Places).Select(_ => cluster.Client.RunAsync("hold", [true], ct: Stop)).ToList();
        await _happenings.UntilAsync(() => Volatile.Read(ref _holding) == Places);
        var queued = cluster.Client.RunAsync("swallow", [large], ct: Stop);
        var second = cluster.Client.RunAsync("swallow", [large], ct: Stop);

        // The call that came first waits, and the other is refused.
        var refused = await Task.WhenAny(queued, second);
        await Assert.ThrowsAsync<TasksOverloadedException>(() => refused);

        _gate.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await (refused == queued ? second : queued)).Status);
        await Task.WhenAll(running);
    }

    private Task<TestCluster> StartAsync(Action<TasksOptions> configure) => TestCluster.StartAsync(
        1,
        (tasks, _) => tasks
            .Define("hold", HoldAsync)
            .Define("swallow", (string text) => text.Length)
            .Schedule("tick", TaskSchedule.Every(Second, TestCluster.Start), HoldAsync, new TaskOptions { Overlap = OverlapPolicy.Allow },
                arguments: [false]),
        options: o =>
        {
            (o.Partitions, o.MaxConcurrentRuns, o.PlacesForOccurrences, o.MaxQueuedRuns) = (1, Places, 2, Queue);
            configure(o);
        });

    private async Task HoldAsync(bool hold, TaskRunContext run)
    {
        if (run.Trigger == RunTrigger.Schedule)
        {
            _fired.Enqueue(run.ScheduledAt);
            _happenings.Note();
        }
        else if (hold)
        {
            Interlocked.Increment(ref _holding);
            _happenings.Note();
            await _gate.Task.WaitAsync(run.CancellationToken);
        }
    }
}
