using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cluster;

public sealed class RunTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_OnThreeSilos_ReturnsTheValue()
    {
        await using var cluster = await TestCluster.StartAsync(3, (tasks, _) => tasks.Define("add", (int a, int b) => a + b));

        Assert.Equal(5, await cluster.Client.RunAsync<int>("add", [2, 3], ct: Stop));
        var result = await cluster.Client.RunAsync("add", TaskArguments.Named(("b", 1), ("a", 4)), ct: Stop);

        Assert.True(result.Successful);
        Assert.Equal(5, result.GetValue<int>());
        Assert.Equal(2, result.Sequence);
        Assert.Equal(1, result.Attempt);
        Assert.Equal(RunTrigger.Request, result.Trigger);
        Assert.Equal(TestCluster.Start, result.FinishedAt);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_CannotRun_ThrowsATypedError()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("add", (int a, int b) => a + b));
        var client = cluster.Client;

        var unknown = await Assert.ThrowsAsync<TaskNotFoundException>(() => client.RunAsync("nothing", ct: Stop));
        Assert.Equal("nothing", unknown.Task);
        var argument = await Assert.ThrowsAsync<TaskArgumentException>(() => client.RunAsync("add", [1, "x"], ct: Stop));
        Assert.Equal("b", argument.Parameter);
        Assert.Equal("add", argument.Task);
        await Assert.ThrowsAsync<TaskArgumentException>(() => client.DispatchAsync("add", [1], ct: Stop));
        await Assert.ThrowsAsync<PayloadTooLargeException>(() => client.RunAsync("add", [new string('x', 2 << 20)], ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(() => client.RunAsync("a/b", ct: Stop));

        Assert.True(await client.GetTask("add").CancelAsync(Stop));
        Assert.False(await client.GetTask("add").CancelAsync(Stop));
        var cancelled = await Assert.ThrowsAsync<TaskCancelledException>(() => client.RunAsync("add", [1, 2], ct: Stop));
        Assert.Equal("add", cancelled.Task);
        await Assert.ThrowsAsync<TaskCancelledException>(() => client.DispatchAsync("add", [1, 2], ct: Stop));
        await Assert.ThrowsAsync<TaskCancelledException>(() => client.GetTask("add").TriggerAsync(Stop));
        Assert.Equal(TaskState.Cancelled, (await client.GetTask("add").DescribeAsync(Stop)).State);

        await client.ScheduleAsync(new TaskRegistration { Name = "add" }, Stop);
        Assert.Equal(3, await client.RunAsync<int>("add", [1, 2], ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_HandlerThrows_ReportsErrorTypeAndStack()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) =>
            tasks.Define("fail", (string message) => { throw new InvalidOperationException(message); }));

        var result = await cluster.Client.RunAsync("fail", ["no luck"], ct: Stop);

        Assert.False(result.Successful);
        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Equal("no luck", result.Error);
        Assert.Equal(typeof(InvalidOperationException).FullName, result.ErrorType);
        Assert.Contains(nameof(RunAsync_HandlerThrows_ReportsErrorTypeAndStack), result.Stack, StringComparison.Ordinal);
        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => cluster.Client.RunAsync<int>("fail", ["no luck"], ct: Stop));
        Assert.Equal("no luck", failed.Result.Error);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_ValuesThatCannotBeSerialized_FailsWithTheReason()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Define("cycle", () => { var node = new Node(); node.Next = node; return node; })
            .Define("huge", () => new string('x', 600 << 10))
            .Define("secret", () => 42, new TaskOptions { SendReturnValues = false }));

        var cycle = await cluster.Client.RunAsync("cycle", ct: Stop);
        Assert.Equal(RunStatus.Failed, cycle.Status);
        Assert.Equal(typeof(TaskValueException).FullName, cycle.ErrorType);
        var huge = await cluster.Client.RunAsync("huge", ct: Stop);
        Assert.Equal(RunStatus.Failed, huge.Status);
        Assert.Contains("614402", huge.Error, StringComparison.Ordinal);
        var secret = await cluster.Client.RunAsync("secret", ct: Stop);
        Assert.True(secret.Successful);
        Assert.False(secret.HasValue);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_WithATimeout_EndsWithATypedErrorAndCancelsTheRun()
    {
        var cancelled = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("wait", async (CancellationToken stop) =>
        {
            started.SetResult();
            await Ended(stop);
            cancelled.SetResult();
            stop.ThrowIfCancellationRequested();
        }));

        var run = cluster.Client.RunAsync("wait", options: new RunOptions { Timeout = TimeSpan.FromMinutes(1) }, ct: Stop);
        await started.Task.WaitAsync(Stop);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));

        var timeout = await Assert.ThrowsAsync<TaskTimeoutException>(() => run);
        Assert.Equal(TimeSpan.FromMinutes(1), timeout.Timeout);
        await cancelled.Task.WaitAsync(Stop);
        var result = await cluster.Client.WaitAsync(timeout.RunId, Stop);
        Assert.Equal(RunStatus.TimedOut, result.Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_WhenTheCallersTokenIsCancelled_CancelsTheRunOnTheSilo()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("wait", async (CancellationToken stop) =>
        {
            started.SetResult();
            await Ended(stop);
            cancelled.SetResult();
        }));

        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = cluster.Client.RunAsync("wait", ct: caller.Token);
        await started.Task.WaitAsync(Stop);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await cancelled.Task.WaitAsync(Stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_OfAnHour_ReturnsItsValue()
    {
        var started = new TaskCompletionSource();
        var finish = new TaskCompletionSource<int>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("long", async () =>
        {
            started.SetResult();
            return await finish.Task;
        }));

        var run = cluster.Client.RunAsync<int>("long", ct: Stop);
        await started.Task.WaitAsync(Stop);
        for (var minute = 0; minute < 60; minute++)
        {
            // Every minute the grain releases its callers, which ask again.
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            await cluster.Client.GetTask("long").DescribeAsync(Stop);
        }

        Assert.False(run.IsCompleted);
        finish.SetResult(7);
        Assert.Equal(7, await run);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_BurningTheProcessor_BlocksNeitherItsTaskNorOthers()
    {
        using var burn = new ManualResetEventSlim();
        var burning = 0;
        var all = new TaskCompletionSource();
        const int Burners = 8;
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks
            .Define("burn", () =>
            {
                if (Interlocked.Increment(ref burning) == Burners)
                {
                    all.SetResult();
                }

                // Block the thread until the test ends.
                burn.Wait();
            })
            .Define("quick", (int n) => n));

        var runs = Enumerable.Range(0, Burners).Select(_ => cluster.Client.RunAsync("burn", ct: Stop)).ToList();
        await all.Task.WaitAsync(Stop);
        var info = await cluster.Client.GetTask("burn").DescribeAsync(Stop);
        Assert.Equal(Burners, info.Running);
        Assert.Equal(1, await cluster.Client.RunAsync<int>("quick", [1], ct: Stop));
        burn.Set();
        Assert.All(await Task.WhenAll(runs), r => Assert.True(r.Successful));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_EachInAScopeOfItsOwn_DisposedAlsoOnFailure()
    {
        var made = new ConcurrentBag<Scoped>();
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("use", (bool fail, Scoped scoped, Scoped again, ILogger<RunTests> log) =>
        {
            Assert.Same(scoped, again);
            Assert.False(scoped.Disposed);
            Assert.NotNull(log);
            made.Add(scoped);
            return fail ? throw new InvalidOperationException("asked to") : 1;
        }), services: s => s.AddScoped<Scoped>());

        Assert.True((await cluster.Client.RunAsync("use", [false], ct: Stop)).Successful);
        Assert.False((await cluster.Client.RunAsync("use", [true], ct: Stop)).Successful);
        Assert.Equal(2, made.Distinct().Count());
        Assert.All(made, s => Assert.True(s.Disposed));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task GetRunAsync_WhileItRuns_ReportsProgress()
    {
        var reported = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("work", async (TaskRunContext run) =>
        {
            run.ReportProgress(0.5, "half way", new { Items = 3 });
            reported.SetResult();
            await finish.Task;
        }));

        var id = await cluster.Client.DispatchAsync("work", ct: Stop);
        await reported.Task.WaitAsync(Stop);
        var info = await cluster.Client.GetRunAsync(id, Stop);
        Assert.Equal(RunStatus.Running, info!.Status);
        Assert.Equal(0.5, info.Progress!.Fraction);
        Assert.Equal("half way", info.Progress.Message);
        Assert.Equal(3, info.Progress.Data!.Value.GetProperty("items").GetInt32());
        finish.SetResult();
        Assert.True((await cluster.Client.WaitAsync(id, Stop)).Successful);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.GetRunAsync(id, Stop))!.Status);
    }

    internal static async Task Ended(CancellationToken stop)
    {
        var ended = new TaskCompletionSource();
        await using var registration = stop.Register(ended.SetResult);
        await ended.Task;
    }

    private sealed class Node
    {
        public Node? Next { get; set; }
    }

    private sealed class Scoped : IDisposable
    {
        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
