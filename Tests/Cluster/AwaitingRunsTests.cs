using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Calls;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests handlers that wait for other runs.</summary>
public sealed class AwaitingRunsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_OfTheOwnTaskWithOnePlace_LendsThePlace()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("nest", NestAsync, new TaskOptions { MaxConcurrentRuns = 1 }));

        Assert.Equal(3, await cluster.Client.RunAsync<int>("nest", [3], ct: Stop));
        Assert.Equal(2, await cluster.Client.RunAsync<int>("nest", [2], ct: Stop));

        static async Task<int> NestAsync(int depth, ITaskClient client, CancellationToken stop) =>
            depth == 0 ? 0 : 1 + await client.RunAsync<int>("nest", [depth - 1], ct: stop);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_MoreParentsThanPlacesOnTheSilo_CompletesAll()
    {
        const int Parents = 30;
        await using var cluster = await TestCluster.StartAsync(
            1,
            (tasks, _) => tasks
                .Define("parent", async (int n, ITaskClient client, CancellationToken stop) =>
                {
                    var children = await Task.WhenAll(client.RunAsync<int>("child", [n], ct: stop),
                        client.RunAsync<int>("child", [1], ct: stop));
                    return children.Sum();
                })
                .Define("child", (int n) => n),
            options: o => (o.MaxConcurrentRuns, o.PlacesForOccurrences) = (2, 0));

        var sums = await Task.WhenAll(Enumerable.Range(0, Parents).Select(n => cluster.Client.RunAsync<int>("parent", [n], ct: Stop)));

        Assert.Equal(Enumerable.Range(1, Parents), sums);
        Assert.Equal(0, cluster.Services(0).GetRequiredService<RunExecutor>().Active);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_ByParentsOfAGroupThatIsFull_LendsTheirPlacesToTheirChildren()
    {
        const int Parents = 4;
        var (atOnce, most) = (0, 0);
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks
            .Group("few", new RunGroup { MaxConcurrentRuns = 2 })
            .Define(
                "parent",
                async (int n, ITaskClient client, CancellationToken stop) =>
                {
                    var children = await Task.WhenAll(client.RunAsync<int>("child", [n], ct: stop),
                        client.RunAsync<int>("child", [1], ct: stop));
                    return Counted(children.Sum());
                },
                new TaskOptions { Group = "few", MaxConcurrentRuns = 3 })
            .Define("child", (int n) => Counted(n), new TaskOptions { Group = "few" }));

        var sums = await Task.WhenAll(Enumerable.Range(0, Parents).Select(n => cluster.Client.RunAsync<int>("parent", [n], ct: Stop)));

        Assert.Equal(Enumerable.Range(1, Parents), sums);
        Assert.True(most <= 2, $"{most} runs were at work at once.");
        RunGroupInfo group;
        do
        {
            group = await cluster.Client.GetGroupAsync("few", Stop);
        }
        while (group is not { Running: 0, Waiting: 0 });

        int Counted(int value)
        {
            var now = Interlocked.Increment(ref atOnce);
            int seen;
            while ((seen = Volatile.Read(ref most)) < now && Interlocked.CompareExchange(ref most, now, seen) != seen)
            {
            }

            Interlocked.Decrement(ref atOnce);
            return value;
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitAsync_InACircle_IsAnErrorThatNamesTheRuns()
    {
        var ids = new TaskCompletionSource<RunId[]>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define(
            "wait",
            async (int other, ITaskClient client, CancellationToken stop) =>
                (await client.WaitAsync((await ids.Task)[other], stop)).Status.ToString()));
        var runs = new[]
        {
            await cluster.Client.DispatchAsync("wait", [1], ct: Stop), await cluster.Client.DispatchAsync("wait", [0], ct: Stop),
            await cluster.Client.DispatchAsync("wait", [2], ct: Stop)
        };
        ids.SetResult(runs);

        var results = await Task.WhenAll(runs.Select(r => cluster.Client.WaitAsync(r, Stop)));

        var circle = results.Take(2).Where(r => r.ErrorType == typeof(RunCycleException).FullName).ToList();
        Assert.NotEmpty(circle);
        Assert.All(circle, r => Assert.All(runs.Take(2), id => Assert.Contains(id.ToString(), r.Error, StringComparison.Ordinal)));
        Assert.Equal(typeof(RunCycleException).FullName, results[2].ErrorType);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitBatchAsync_ByARunOfTheBatch_IsAnError()
    {
        var batch = new TaskCompletionSource<Guid>();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Define("member",
                async (bool waits, ITaskClient client, CancellationToken stop) =>
                    waits ? (await client.WaitBatchAsync(await batch.Task, stop))!.Total : 0)
            .Define("other",
                async (ITaskClient client, CancellationToken stop) => (await client.WaitBatchAsync(await batch.Task, stop))!.Total));
        var other = cluster.Client.RunAsync<int>("other", ct: Stop);
        batch.SetResult(await cluster.Client.DispatchBatchAsync([new("member", [true]), new("member", [false])], ct: Stop));

        var ended = (await cluster.Client.WaitBatchAsync(await batch.Task, Stop))!;

        Assert.Equal((1, 1), (ended.Succeeded, ended.Failed));
        var failed = (await cluster.Client.GetTask("member").RunsAsync(ct: Stop)).Single(r => r.Status == RunStatus.Failed).Result!;
        Assert.Equal((typeof(RunCycleException).FullName, true),
            (failed.ErrorType, failed.Error!.Contains("to which it belongs", StringComparison.Ordinal)));
        Assert.Equal(2, await other);
    }

    /// <summary>A run waits for a batch, and a run of that batch waits for the first run.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitBatchAsync_InACircleThroughAnotherRun_IsAnError()
    {
        var (batch, run) = (new TaskCompletionSource<Guid>(), new TaskCompletionSource<RunId>());
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Define("outer",
                async (ITaskClient client, CancellationToken stop) => (await client.WaitBatchAsync(await batch.Task, stop))!.Total)
            .Define("member",
                async (bool waits, ITaskClient client, CancellationToken stop) =>
                    waits ? (await client.WaitAsync(await run.Task, stop)).Status.ToString() : ""));
        var outer = await cluster.Client.DispatchAsync("outer", ct: Stop);
        run.SetResult(outer);
        batch.SetResult(await cluster.Client.DispatchBatchAsync([new("member", [false]), new("member", [true])], ct: Stop));

        var ended = await cluster.Client.WaitAsync(outer, Stop);
        await cluster.Client.WaitBatchAsync(await batch.Task, Stop);

        var circles = (await cluster.Client.GetTask("member").RunsAsync(ct: Stop)).Select(static r => r.Result!).Append(ended)
            .Where(static r => r.ErrorType == typeof(RunCycleException).FullName).ToList();
        Assert.NotEmpty(circles);
        Assert.All(circles, c => Assert.Contains($"the batch {batch.Task.Result}", c.Error, StringComparison.Ordinal));
        Assert.All(circles, c => Assert.Contains($"{outer}", c.Error, StringComparison.Ordinal));
    }

    /// <summary>
    /// The circle passes through two batches: a run waits for the first batch, whose run waits for the second, whose run waits for the
    /// first run.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitBatchAsync_InACircleOfTwoBatches_IsAnError()
    {
        var (batches, run) = (new TaskCompletionSource<Guid[]>(), new TaskCompletionSource<RunId>());
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Define("waits",
                async (int other, ITaskClient client, CancellationToken stop) =>
                    (await client.WaitBatchAsync((await batches.Task)[other], stop))!.Total)
            .Define("closes",
                async (ITaskClient client, CancellationToken stop) => (await client.WaitAsync(await run.Task, stop)).Status.ToString()));
        var outer = await cluster.Client.DispatchAsync("waits", [0], ct: Stop);
        run.SetResult(outer);
        var (first, second) = (await cluster.Client.DispatchBatchAsync([new("waits", [1])], ct: Stop),
            await cluster.Client.DispatchBatchAsync([new("closes")], ct: Stop));
        batches.SetResult([first, second]);

        await cluster.Client.WaitAsync(outer, Stop);
        await cluster.Client.WaitBatchAsync(first, Stop);
        await cluster.Client.WaitBatchAsync(second, Stop);

        var results =
            await Task.WhenAll(new[] { "waits", "closes" }.Select(async t => await cluster.Client.GetTask(t).RunsAsync(ct: Stop)));
        Assert.Contains(results.SelectMany(static r => r), static r => r.Result!.ErrorType == typeof(RunCycleException).FullName);
    }

    /// <summary>The run has the only place of its task and its group, which the runs of the batch need.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task WaitBatchAsync_OfRunsThatNeedItsPlaces_LendsThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks
            .Group("one", new RunGroup { MaxConcurrentRuns = 1 })
            .Define(
                "nest",
                async (int depth, ITaskClient client, CancellationToken stop) =>
                    depth == 0
                        ? 0
                        : (await client.WaitBatchAsync(
                            await client.DispatchBatchAsync([new("nest", [depth - 1]), new("nest", [0])], ct: stop), stop))!.Succeeded,
                new TaskOptions { Group = "one", MaxConcurrentRuns = 1 }));

        Assert.Equal(2, await cluster.Client.RunAsync<int>("nest", [2], ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task GetRunAsync_RunThatWaitsForABatch_NamesTheBatch()
    {
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks
            .Define("parent",
                async (ITaskClient client, CancellationToken stop) =>
                    (await client.WaitBatchAsync(await client.DispatchBatchAsync([new("child")], ct: stop), stop))!.Succeeded)
            .Define("child", async () => await finish.Task));
        var parent = await cluster.Client.DispatchAsync("parent", ct: Stop);

        RunInfo info;
        do
        {
            // The wait is reported after a tenth of a second.
            info = (await cluster.Client.GetRunAsync(parent, Stop))!;
        }
        while (info.AwaitsBatches.Count == 0);

        Assert.Empty(info.Awaits);
        Assert.Equal($"the batch {info.AwaitsBatches[0]}, for which its handler waits", info.WaitingFor);
        finish.SetResult();
        Assert.Equal(1, (await cluster.Client.WaitAsync(parent, Stop)).GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task GetRunAsync_RunThatWaitsForAnother_NamesTheOther()
    {
        var finish = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks
            .Define("parent",
                async (ITaskClient client, CancellationToken stop) => (await client.RunAsync("child", ct: stop)).Status.ToString())
            .Define("child", async () => await finish.Task));
        await using var events = await cluster.Client.SubscribeEventsAsync("parent", Stop);
        var parent = await cluster.Client.DispatchAsync("parent", ct: Stop);

        RunInfo info;
        do
        {
            // The wait is reported after a tenth of a second.
            info = (await cluster.Client.GetRunAsync(parent, Stop))!;
        }
        while (info.Awaits.Count == 0);

        Assert.Equal("child", Assert.Single(info.Awaits).Task);
        Assert.Equal($"the run {info.Awaits[0]}, for which its handler waits", info.WaitingFor);
        await cluster.Services(0).GetRequiredService<IGrainFactory>().GetGrain<ITaskEngine>("parent")
            .StuckAsync(parent.Value, "waits for somebody");
        var stuck = await events.FirstAsync(e => e.Kind == TaskEventKind.RunStuck, Stop);
        Assert.Equal((parent, "waits for somebody"), (stuck.RunId!.Value, stuck.Note));
        finish.SetResult();
        Assert.Equal("Succeeded", (await cluster.Client.WaitAsync(parent, Stop)).GetValue<string>());
    }
}
