using System.Collections.Concurrent;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests the way of headers from a caller to the handler, to the result, and on to the handler's own requests.</summary>
public sealed class HeaderTests
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly Happenings _happenings = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Headers_OfEachKindOfRequest_ReachTheHandlerAndTheResult()
    {
        await using var cluster = await StartAsync();
        var client = cluster.Client;
        var awaited = await client.RunAsync("tell", ["run"], new RunOptions { Headers = Tenant("a") }, Stop);
        Assert.Equal("a", awaited.Headers["Tenant"]);

        var dispatched = await client.DispatchAsync("tell", ["dispatch"],
            new DispatchOptions
            {
                Headers = Tenant("b"),
                Then = [new Continuation("tell") { Arguments = ["then"], Headers = Tenant("c") }]
            }, Stop);
        Assert.Equal("b", (await client.WaitAsync(dispatched, Stop)).Headers["tenant"]);
        Assert.Equal("b", (await client.GetRunAsync(dispatched, Stop))!.Headers["tenant"]);
        var batch = await client.DispatchBatchAsync(
            [new BatchItem("tell", ["item"], new DispatchOptions { Headers = Tenant("d") }), new BatchItem("tell", ["bare item"])],
            new Continuation("tell") { Arguments = ["after"], Headers = Tenant("e") }, Stop);
        var followed = (await client.WaitBatchAsync(batch, Stop))!.Then!.Value;
        await client.WaitAsync(followed, Stop);
        await _happenings.UntilAsync(() => _seen.Count == 6);
        Assert.Equal(["after:e", "bare item:none", "dispatch:b", "item:d", "run:a", "then:c"], _seen.Order(StringComparer.Ordinal));
        Assert.Contains(await client.GetTask("tell").RunsAsync(ct: Stop),
            r => r.RunId == dispatched && r.Headers["tenant"] == "b" && r.Result!.Headers["tenant"] == "b");
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Headers_OfATask_ApplyToOccurrencesAndAreOverriddenByARequest()
    {
        await using var cluster = await StartAsync();
        var client = cluster.Client;
        await client.WaitAsync(await client.GetTask("timed").TriggerAsync(new TriggerOptions { Headers = Tenant("f") }, Stop), Stop);
        await client.WaitAsync(await client.GetTask("timed").TriggerAsync(Stop), Stop);
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await _happenings.UntilAsync(() => _seen.Count == 3);
        foreach (var run in await client.GetTask("timed").BackfillAsync(TestCluster.Start.AddMinutes(1), TestCluster.Start.AddHours(1),
            new TriggerOptions { Headers = Tenant("g") }, Stop))
        {
            await client.WaitAsync(run, Stop);
        }

        Assert.Equal(["timed:f", "timed:g", "timed:registered", "timed:registered"], _seen.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Registration_WithOtherHeaders_IsAChangeAndLaterChangesKeepThem()
    {
        await using var cluster = await StartAsync();
        var registration = new TaskRegistration
        {
            Name = "registered",
            Handler = "tell",
            Arguments = ["registered"],
            Headers = Tenant("a")
        };
        var first = (await cluster.Client.ScheduleAsync(registration, Stop)).Registration!.Task;
        var same =
            (await cluster.Client.ScheduleAsync(registration with { Headers = new Dictionary<string, string> { ["TENANT"] = "a" } },
                Stop)).Registration!.Task;
        var other = (await cluster.Client.ScheduleAsync(registration with { Headers = Tenant("b") }, Stop)).Registration!.Task;
        Assert.Equal((1, 1, 2), (first.Revision, same.Revision, other.Revision));
        Assert.Equal("headers", (await cluster.Client.GetTask("registered").DescribeAsync(Stop)).Changes![0].Note);

        var updated = await cluster.Client.GetTask("registered")
            .UpdateAsync(r => r with { Options = new TaskOptions { Description = "new" } }, Stop);
        Assert.Equal("b", updated.Headers!["tenant"]);
        Assert.Equal("b", (await cluster.Client.RunAsync("registered", ct: Stop)).Headers["tenant"]);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task IdempotencyKey_WithOtherHeaders_IsRejectedExceptForRequestHeaders()
    {
        await using var cluster = await StartAsync();
        Task<RunId> Dispatch(string tenant, string correlation) => cluster.Client.DispatchAsync(
            "tell", ["x"],
            new DispatchOptions
            {
                IdempotencyKey = "key",
                Headers = new Dictionary<string, string> { ["tenant"] = tenant, ["correlation-id"] = correlation }
            }, Stop);

        var first = await Dispatch("a", "1");
        Assert.Equal(first, await Dispatch("a", "2"));
        var refused = await Assert.ThrowsAsync<IdempotencyConflictException>(() => Dispatch("b", "1"));
        Assert.Contains("headers differ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'a'", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task UniqueFor_OtherHeaders_IsDifferentWork()
    {
        await using var cluster = await StartAsync();
        Task<RunId> Dispatch(string tenant) =>
            cluster.Client.DispatchAsync("tell", ["x"], new DispatchOptions { UniqueFor = TimeSpan.FromHours(1), Headers = Tenant(tenant) },
                Stop);
        var first = await Dispatch("a");
        Assert.Equal(first, await Dispatch("a"));
        Assert.NotEqual(first, await Dispatch("b"));
    }

    /// <summary>
    /// The headers that the option names pass on to a handler's requests and to continuations, over several steps. Other headers do not.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task InheritedHeaders_OfARun_ArePassedToItsRequests()
    {
        await using var cluster = await StartAsync(o => o.InheritedHeaders.Add("ten*"));
        var run = await cluster.Client.DispatchAsync(
            "ask", [],
            new DispatchOptions
            {
                Headers = new Dictionary<string, string> { ["tenant"] = "a", ["other"] = "x" },
                Then = [new Continuation("tell") { Arguments = ["then"] }]
            }, Stop);
        var asked = (await cluster.Client.WaitAsync(run, Stop)).GetValue<string>();
        Assert.Equal("a/none", asked);
        await _happenings.UntilAsync(() => _seen.Count == 8);
        Assert.Equal(
            ["asked:a", "asked:own", "batch:a", "dispatched:a", "followed:a", "started:a", "then of batch:a", "then:a"],
            _seen.Select(s => s.StartsWith("timed", StringComparison.Ordinal) ? s.Replace("timed", "started", StringComparison.Ordinal) : s)
                .Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Headers_AboveTheLimits_AreRejectedWithTheLimits()
    {
        await using var cluster = await StartAsync(o => (o.Limits.MaxHeaders, o.Limits.MaxHeadersSize) = (2, 20));
        var (many, large) = (new Dictionary<string, string> { ["a"] = "", ["b"] = "", ["c"] = "" }, Tenant(new string('x', 15)));
        foreach (var (headers, error, limit) in new[]
        {
            (many, typeof(InvalidTaskException), "MaxHeaders)"), (large, typeof(PayloadTooLargeException), "MaxHeadersSize")
        })
        {
            foreach (var ask in new Func<Task>[]
            {
                () => cluster.Client.RunAsync("tell", ["x"], new RunOptions { Headers = headers }, Stop),
                () => cluster.Client.DispatchAsync("tell", ["x"], new DispatchOptions { Headers = headers }, Stop),
                () => cluster.Client.DispatchAsync("tell", ["x"],
                    new DispatchOptions { Then = [new Continuation("tell") { Headers = headers }] }, Stop),
                () => cluster.Client.DispatchBatchAsync([new BatchItem("tell", ["x"], new DispatchOptions { Headers = headers })], null,
                    Stop),
                () => cluster.Client.GetTask("timed").TriggerAsync(new TriggerOptions { Headers = headers }, Stop),
                () => cluster.Client.GetTask("timed")
                    .BackfillAsync(TestCluster.Start, TestCluster.Start, new TriggerOptions { Headers = headers }, Stop),
                () => cluster.Client.ScheduleAsync(new TaskRegistration { Name = "t", Handler = "tell", Headers = headers }, Stop),
                () => cluster.Client.ScheduleAsync(
                    new TaskRegistration
                    {
                        Name = "t",
                        Handler = "tell",
                        Options = new TaskOptions { Then = [new Continuation("tell") { Headers = headers }] }
                    }, Stop),
            })
            {
                var refused = await Assert.ThrowsAnyAsync<TaskException>(ask);
                Assert.Equal((error, true), (refused.GetType(), refused.Message.Contains(limit, StringComparison.Ordinal)));
            }
        }

        // Together with the task's own headers, this is one too many.
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.RunAsync("timed", null,
                new RunOptions { Headers = new Dictionary<string, string> { ["a"] = "", ["b"] = "" } }, Stop));
        Assert.Empty(_seen);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Results_OfAStreamAndOfTheHistory_HaveTheHeaders()
    {
        await using var cluster = await StartAsync(realTime: true);
        await using var results = await cluster.Client.SubscribeResultsAsync("tell", ct: Stop);
        await cluster.Client.RunAsync("tell", ["x"], new RunOptions { Headers = Tenant("a") }, Stop);
        await foreach (var result in results.WithCancellation(Stop))
        {
            Assert.Equal("a", result.Headers["tenant"]);
            break;
        }

        Assert.Equal("a", Assert.Single((await cluster.Client.GetTask("tell").HistoryAsync(ct: Stop)).Results).Headers["tenant"]);
    }

    /// <summary>
    /// Headers are stored with runs: a dispatch that the first cluster accepted, and an occurrence of its schedule, have them in the next
    /// cluster.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Headers_AfterARestart_AreKept()
    {
        var storage = new SharedStorage();
        RunId pending;
        await using (var first = await StartAsync(storage: storage))
        {
            pending = await first.Client.DispatchAsync("tell", ["later"],
                new DispatchOptions { Headers = Tenant("a"), Delay = TimeSpan.FromMinutes(5) }, Stop);
            await first.Client.RunAsync("tell", ["now"], new RunOptions { Headers = Tenant("b") }, Stop);
            await first.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = "registered",
                    Handler = "tell",
                    Arguments = ["timed"],
                    Headers = Tenant("c"),
                    Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(4))
                }, Stop);
        }

        await using var second = await StartAsync(storage: storage);
        Assert.Equal("b", Assert.Single((await second.Client.GetTask("tell").HistoryAsync(ct: Stop)).Results).Headers["tenant"]);
        Assert.Equal("a", (await second.Client.GetRunAsync(pending, Stop))!.Headers["tenant"]);
        second.Clock.Advance(TimeSpan.FromMinutes(5));
        await second.Client.WaitAsync(pending, Stop);
        await _happenings.UntilAsync(() => _seen.Contains("timed:c"));
        Assert.Contains("later:a", _seen);
    }

    private static Dictionary<string, string> Tenant(string name) => new() { ["tenant"] = name };

    private void Note(string word, TaskRunContext run)
    {
        _seen.Enqueue($"{word}:{run.Headers.GetValueOrDefault("tenant", "none")}");
        _happenings.Note();
    }

    private Task<TestCluster> StartAsync(Action<TasksOptions>? options = null, SharedStorage? storage = null, bool realTime = false) =>
        TestCluster.StartAsync(
        1,
        (tasks, _) => tasks
            .Define("tell", (string word, TaskRunContext run) => Note(word, run))
            .Define("which",
                (TaskRunContext run) =>
                    $"{run.Headers.GetValueOrDefault("tenant", "none")}/{run.Headers.GetValueOrDefault("other", "none")}")
            .Headers("timed", Tenant("registered"))
            .Schedule("timed", TaskSchedule.Every(TimeSpan.FromHours(1)), "tell", arguments: ["timed"])
            .Define("ask", async ([FromContainer] ITaskClient client) =>
            {
                var value = await client.RunAsync<string>("which");
                await client.RunAsync("tell", ["asked"]);
                await client.RunAsync("tell", ["asked"], new RunOptions { Headers = Tenant("own") });
                await client.DispatchAsync("tell", ["dispatched"],
                    new DispatchOptions { Then = [new Continuation("tell") { Arguments = ["followed"] }] });
                await client.DispatchBatchAsync([new BatchItem("tell", ["batch"])],
                    new Continuation("tell") { Arguments = ["then of batch"] });
                await client.GetTask("timed").TriggerAsync();
                return value;
            }),
        realTime: realTime,
        options: options,
        storage: storage);
}
