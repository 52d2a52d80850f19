using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains;
using OrleansTasks.Partitions;
using OrleansTasks.Running;
using OrleansTasks.Tests.Servers;
using static OrleansTasks.Tests.Cluster.HostileValues;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests broken and hostile calls of clients that have only grain references. Each call is refused with an error of the library, and leaves
/// nothing behind.
/// </summary>
[Long]
public sealed class HostileCallTests
{
    private const int Calls = 1000;
    private const int Seed = 20_261_125;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Scheduler_UnknownPartitionOrForeignTask_RejectsAndStoresNothing()
    {
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("echo", (string word) => word),
            options: o => o.Partitions = 2, storage: storage);
        foreach (var key in new[] { -1, 2, 4711 })
        {
            var error =
                await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Cluster.GetGrain<ISchedulerGrain>(key).DescribeAsync());
            Assert.Contains($"no partition {key}", error.Message, StringComparison.Ordinal);
        }

        var partition = PartitionMap.PartitionOf("task", 2);
        var registration = new TaskRegistration { Name = "task", Handler = "echo" };
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(1 - partition)
                .RegisterAsync(registration, ct: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(partition).RegisterAsync(null!, ct: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Cluster.GetGrain<ISchedulerGrain>(partition)
                .RegisterAsync(registration with { Name = null! }, ct: TestContext.Current.CancellationToken));
        Assert.DoesNotContain(await cluster.Cluster.GetGrain<ISchedulerGrain>(1 - partition).ListAsync(null!), t => t.Name == "task");
        Assert.DoesNotContain(storage.Keys,
            k => k.Contains("/p4711-", StringComparison.Ordinal) || k.Contains("/p2-", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task GetRunAsync_RunOfAnotherTask_ReturnsNothing()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) => tasks.Define("echo", (string word) => word).Define("other", (string word) => word),
            options: o => o.Partitions = 1);
        var run = await cluster.Client.DispatchAsync("other", ["secret"], new DispatchOptions { Delay = TimeSpan.FromHours(1) }, Stop);

        Assert.Null(await cluster.Client.GetRunAsync(new RunId("echo", run.Value), Stop));
        Assert.Null(await cluster.Cluster.GetGrain<ITaskGrain>("echo").GetRunAsync(run));
        Assert.Equal(RunStatus.Pending, (await cluster.Client.GetRunAsync(run, Stop))!.Status);
    }

    [Fact(Timeout = 2 * TestCluster.TestTimeout)]
    public async Task Calls_BrokenOrHostile_AreRejectedWithoutSideEffects()
    {
        var storage = new SharedStorage();
        await using (var cluster = await StartAsync(storage))
        {
            await cluster.Client.GetTask("gone").CancelAsync(Stop);
            var foreign = await ForeignRunsAsync(cluster);
            var random = new Random(Seed);
            var refused = 0;
            for (var n = 0; n < Calls; n++)
            {
                var (name, which) = (Pick(Names, random), random.Next(16));
                try
                {
                    await CallAsync(cluster, name, which, foreign, random);
                }
                catch (Exception e)
                {
                    Assert.True(IsRefusal(e), $"{n}: call {which} of '{Short(name)}': {e}");
                    refused++;
                }
            }

            Assert.InRange(refused, Calls / 3, Calls - 1);
            Assert.Equal("fine", await cluster.Client.RunAsync<string>("echo", ["fine"], ct: Stop));
            await foreach (var task in cluster.Client.ListAsync(ct: Stop))
            {
                Assert.Equal((0, 0), await UnderWayAsync(cluster, task.Name));
            }
        }

        // Everything that was accepted can be read again.
        await using var next = await StartAsync(storage);
        Assert.Equal("fine", await next.Client.RunAsync<string>("echo", ["fine"], ct: Stop));
        await foreach (var task in next.Client.ListAsync(ct: Stop))
        {
            Assert.Equal(task.Name, (await next.Client.GetTask(task.Name).DescribeAsync(Stop)).Name);
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Calls_Rejected_NameTheFault()
    {
        await using var cluster = await StartAsync(new SharedStorage());
        var (echo, client) = (cluster.Cluster.GetGrain<ITaskGrain>("echo"), cluster.Client);
        var foreign = await ForeignRunsAsync(cluster);

        await RefusesAsync<InvalidTaskException>("U+002F", () => cluster.Cluster.GetGrain<ITaskGrain>("../../x").DescribeAsync());
        await RefusesAsync<InvalidTaskException>("201", () => cluster.Cluster.GetGrain<ITaskGrain>(new string('n', 201)).DescribeAsync());
        await RefusesAsync<InvalidTaskException>("U+0000", () => cluster.Cluster.GetGrain<ITaskGrain>("a\0b").DescribeAsync());
        await RefusesAsync<InvalidTaskException>("U+D800", () => client.RunAsync("\uD800", ct: Stop));
        await RefusesAsync<InvalidTaskException>("empty", () => client.RunAsync("", ct: Stop));
        await RefusesAsync<TaskNotFoundException>("'t-echo'", () => cluster.Cluster.GetGrain<ITaskGrain>("t-echo").DescribeAsync());

        await RefusesAsync<InvalidTaskException>("Id", () => echo.BeginRunAsync(null!).AsTask());
        await RefusesAsync<InvalidTaskException>("Id", () => echo.BeginRunAsync(new RunRequest()).AsTask());
        await RefusesAsync<InvalidTaskException>("Guarantee",
            () => echo.BeginRunAsync(
                new RunRequest { Id = Guid.NewGuid(), Repeated = true, Options = new RunOptions { Guarantee = (RunGuarantee)99 } })
                    .AsTask());
        await RefusesAsync<InvalidTaskException>("Id", () => echo.DispatchAsync(null!));
        await RefusesAsync<InvalidTaskException>("Id", () => echo.DispatchAsync(new DispatchRequest()));

        await RefusesAsync<PayloadTooLargeException>("1048576", () => echo.RunAsync([new string('x', 2 << 20)], cancellationToken: Stop));
        await RefusesAsync<TaskArgumentException>("'word'", () => echo.RunAsync([1], cancellationToken: Stop));
        await RefusesAsync<TaskArgumentException>("'word'", () => echo.RunAsync([null], cancellationToken: Stop));
        await RefusesAsync<TaskArgumentException>("number 0", async () => await echo.RunAsync([double.NaN], cancellationToken: Stop));
        await RefusesAsync<TaskArgumentException>("number 0", async () => await echo.RunAsync([new Refusing()], cancellationToken: Stop));
        await RefusesAsync<TaskArgumentException>("60", () => client.RunAsync("any", [Nested(60)], ct: Stop));
        await RefusesAsync<TaskArgumentException>("positional", () => client.DispatchAsync("any", Forged("5"), ct: Stop));
        await RefusesAsync<TaskArgumentException>("named", () => client.DispatchAsync("any", Forged("[]", "x"), ct: Stop));

        await RefusesAsync<InvalidTaskException>("Options.Timeout", () => echo.RunAsync(["x"], new RunOptions { Timeout = TooLong }, Stop));
        await RefusesAsync<InvalidTaskException>("Options.Timeout",
            () => client.RunAsync("echo", ["x"], new RunOptions { Timeout = TimeSpan.FromTicks(-1) }, Stop));
        await RefusesAsync<InvalidTaskException>("RunGuarantee",
            () => echo.RunAsync(["x"], new RunOptions { Guarantee = (RunGuarantee)99 }, Stop));
        await RefusesAsync<InvalidTaskException>("RunGuarantee",
            () => client.DispatchAsync("echo", ["x"], new DispatchOptions { Guarantee = (RunGuarantee)99 }, Stop));
        await RefusesAsync<InvalidTaskException>("Delay",
            () => client.DispatchAsync("echo", ["x"], new DispatchOptions { Delay = TimeSpan.MaxValue }, Stop));

        var registration = new TaskRegistration { Name = "new", Handler = "echo" };
        await RefusesAsync<InvalidTaskException>("Options.Timeout",
            () => RegisterAsync(cluster, registration with { Options = new TaskOptions { Timeout = TooLong } }));
        await RefusesAsync<InvalidTaskException>("HistoryLength",
            () => RegisterAsync(cluster, registration with { Options = new TaskOptions { HistoryLength = int.MaxValue } }));
        await RefusesAsync<InvalidTaskException>("period",
            () => RegisterAsync(cluster, registration with { Schedule = Unmade<EverySchedule>() }));
        await RefusesAsync<InvalidTaskException>("'Mars/Base'",
            () => RegisterAsync(cluster, registration with { Schedule = InUnknownZone() }));
        await RefusesAsync<InvalidTaskException>("positional", () => RegisterAsync(cluster, registration with { Arguments = Forged("5") }));
        await RefusesAsync<InvalidTaskException>("'nobody'", () => RegisterAsync(cluster, registration with { Handler = "nobody" }));

        foreach (var run in foreign)
        {
            await RefusesAsync<RunNotFoundException>(run.ToString(), () => echo.WaitAsync(run));
            await RefusesAsync<RunNotFoundException>("echo~", () => client.WaitAsync(new RunId("echo", run.Value), Stop));
            Assert.False(await echo.CancelRunAsync(run));
            Assert.False(await client.CancelRunAsync(new RunId("echo", run.Value), Stop));
        }

        await RefusesAsync<TaskConflictException>(foreign[0].ToString(),
            () => echo.DispatchAsync(new DispatchRequest { Id = foreign[0].Value, Arguments = ["x"] }));
        await RefusesAsync<PayloadTooLargeException>("broadcast", () => client.BroadcastAsync(new string('x', 1 << 20), Stop));
        await RefusesAsync<TaskArgumentException>("broadcast", () => client.BroadcastAsync(double.NaN, Stop));

        Assert.Equal(RunStatus.Pending, (await client.GetRunAsync(foreign[0], Stop))!.Status);
        await RefusesAsync<TaskNotFoundException>("'new'", () => client.GetTask("new").DescribeAsync(Stop));
        Assert.Equal("fine", await client.RunAsync<string>("echo", ["fine"], ct: Stop));
    }

    [Fact(Timeout = 2 * TestCluster.TestTimeout)]
    public async Task Describe_OfTensOfThousandsOfUnknownNames_LeavesNothingBehind()
    {
        const int Count = 20_000;
        var storage = new SharedStorage();
        await using var cluster = await StartAsync(storage, realTime: false);
        var locals = cluster.Services(0).GetRequiredService<LocalGrains>();
        var before = locals.Tasks.Count();
        for (var n = 0; n < Count; n += 500)
        {
            await Task.WhenAll(Enumerable.Range(n, 500).Select(async i =>
            {
                var error = await Assert.ThrowsAsync<TaskNotFoundException>(
                    () => cluster.Cluster.GetGrain<ITaskGrain>($"unknown-{i}").DescribeAsync());
                Assert.Equal($"unknown-{i}", error.Task);
            }));
        }

        Assert.Equal(4, (await cluster.Client.GetSchedulerAsync(Stop)).Tasks);

        // Each grain deactivates by itself. The last one notifies its partition before the partition answers the calls below.
        await Task.WhenAll(
            locals.Tasks.Where(g => g.GrainId.Key.ToString()!.StartsWith("unknown-", StringComparison.Ordinal)).Select(g => g.Deactivated))
                .WaitAsync(Stop);
        Assert.InRange(locals.Tasks.Count(), 0, before);

        // The partition removes their slots at its next sweep, or one sweep later if a departure was late.
        var slots = CoreOf(GrainsOf(locals).Keys.Select(g => g.GrainInstance).OfType<SchedulerGrain>().Single()).State.Slots;
        do
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));

            // The partition answers after its timer has run.
            await cluster.Client.GetSchedulerAsync(Stop);
        }
        while (slots.Count > 4 && !Stop.IsCancellationRequested);

        Assert.Equal(["any", "echo", "gone", "other"], slots.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(storage.Keys, k => k.Contains("unknown", StringComparison.Ordinal));
    }

    private static async Task CallAsync(TestCluster cluster, string name, int which, RunId[] foreign, Random random)
    {
        var arguments = Pick(Arguments, random)();
        var grain = cluster.Cluster.GetGrain<ITaskGrain>(name);
        var run = Pick([default, new RunId("other", Guid.NewGuid()), new RunId(name, Pick(foreign, random).Value), .. foreign], random);
        var (span, guarantee) = (Pick(Spans, random), Pick([(RunGuarantee?)null, RunGuarantee.AtLeastOnce, (RunGuarantee)99], random));
        switch (which)
        {
            case 0:
                await grain.RunAsync(arguments, cancellationToken: Stop);
                break;
            case 1:
                await grain.RunAsync(arguments, new RunOptions { Timeout = span, Guarantee = guarantee }, Stop);
                break;
            case 2:
                await grain.DispatchAsync(
                    new DispatchRequest
                    {
                        Id = Guid.NewGuid(),
                        Arguments = arguments,
                        Options = new DispatchOptions
                        {
                            Delay = span,
                            Timeout = Pick(Spans, random),
                            IdempotencyKey = Pick([null, "", "a\0"], random)
                        }
                    });
                break;
            case 3:
                await grain.DispatchAsync(
                    new DispatchRequest
                    {
                        Id = Pick([Guid.Empty, Guid.NewGuid(), foreign[0].Value], random),
                        Arguments = arguments,
                        Options = new DispatchOptions
                        {
                            At = DateTimeOffset.MaxValue,
                            IdempotencyKey = Pick([null, new string('k', 5_000)], random)
                        }
                    });
                break;
            case 4:
                await grain.WaitAsync(run);
                break;
            case 5:
                Assert.False(await grain.CancelRunAsync(run));
                break;
            case 6:
                await grain.GetRunAsync(run);
                break;
            case 7:
                await grain.RunsAsync(random.Next(-5, int.MaxValue), random.NextInt64(long.MinValue, long.MaxValue));
                break;
            case 8:
                await grain.HistoryAsync(random.NextInt64(long.MinValue, long.MaxValue), random.Next(-5, int.MaxValue));
                break;
            case 9:
                await grain.PauseAsync(new string('\u0001', 5_000));
                await grain.ResumeAsync();
                break;
            case 10:
                await RegisterAsync(cluster,
                    new TaskRegistration
                    {
                        Name = name,
                        Handler = Pick(["echo", .. Names], random),
                        Arguments = arguments,
                        Options = new TaskOptions { HistoryLength = random.Next(-1, 3), Timeout = span, Guarantee = guarantee }
                    });
                break;
            case 11:
                await RegisterAsync(cluster,
                    new TaskRegistration
                    {
                        Name = name,
                        Handler = "echo",
                        Arguments = arguments,
                        Schedule = Pick(HostileSchedules, random)()
                    });
                break;
            case 12:
                await cluster.Client.ScheduleAsync(
                    new TaskRegistration
                    {
                        Name = name,
                        Handler = name,
                        Arguments = arguments,
                        Schedule = Pick(HostileSchedules, random)()
                    },
                    Stop);
                break;
            case 13:
                await (random.Next(2) == 0 ? grain.BeginRunAsync(null!).AsTask() : (Task)grain.DispatchAsync(null!));
                break;
            case 14:
                await cluster.Client.BroadcastAsync(
                    Pick<object>([new string('x', 1 << 20), double.NaN, new Refusing(), Nested(500)], random), Stop);
                break;
            default:
                await cluster.Client.RunAsync(name, arguments, new RunOptions { Timeout = span, Guarantee = guarantee }, Stop);
                break;
        }
    }

    /// <summary>
    /// Returns whether the library refused the call, instead of reporting a failure of the cluster. Orleans refuses empty names at the
    /// client.
    /// </summary>
    private static bool IsRefusal(Exception e) =>
        e is TaskException { Message.Length: > 0 } and not (ClusterUnreachableException or PartitionMovedException or TaskStorageException
            or TaskTimeoutException) or ArgumentException { ParamName: "primaryKey" };

    private static async Task RefusesAsync<T>(string what, Func<Task> call)
        where T : TaskException
    {
        var error = await Assert.ThrowsAsync<T>(call);
        Assert.Contains(what, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<RegistrationReply> RegisterAsync(TestCluster cluster, TaskRegistration registration) =>
        cluster.Cluster.GetGrain<ISchedulerGrain>(0).RegisterAsync(registration);

    /// <summary>Returns runs of a task that the test's calls do not address: one that is due much later, and one that has ended.</summary>
    private static async Task<RunId[]> ForeignRunsAsync(TestCluster cluster) =>
    [
        await cluster.Client.DispatchAsync("other", options: new DispatchOptions { Delay = TimeSpan.FromDays(1) }, ct: Stop),
        (await cluster.Client.RunAsync("other", ct: Stop)).RunId,
    ];

    private static async Task<(int? Running, int? Waiting)> UnderWayAsync(TestCluster cluster, string task)
    {
        // Dispatched runs may still be ending, so wait for their results.
        foreach (var run in await cluster.Client.GetTask(task).RunsAsync(ct: Stop))
        {
            if (run.Status is RunStatus.Running or RunStatus.Waiting)
            {
                await cluster.Client.WaitAsync(run.RunId, Stop);
            }
        }

        var info = await cluster.Client.GetTask(task).DescribeAsync(Stop);
        return (info.Running, info.Waiting);
    }

    private static Task<TestCluster> StartAsync(SharedStorage storage, bool realTime = true) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Define("echo", (string word) => word).Define("any", (TaskArguments all) => all.Size).Define("other", () => 1)
                .Define("gone", () => 1),
        realTime,
        options: o => o.Partitions = 1,
        storage: storage);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_grains")]
    private static extern ref ConcurrentDictionary<IGrainContext, bool> GrainsOf(LocalGrains locals);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_core")]
    private static extern ref PartitionCore CoreOf(SchedulerGrain partition);

    private static string Short(string name) => name.Length > 40 ? name[..40] : name;

    private static T Pick<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];
}
