namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests how ended runs are found in all tasks, and retried.</summary>
public sealed class SearchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Runs_AfterARestartOfEverything_AreFoundAndRetriedOnceEach()
    {
        var storage = new SharedStorage();
        var calls = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var failed = new List<RunId>();
        await using (var first = await TestCluster.StartAsync(2, Code, storage: storage))
        {
            for (var n = 0; n < 100; n++)
            {
                var run = await first.Client.DispatchAsync($"t{n % 20}", [n, n % 2 == 0],
                    new DispatchOptions { Headers = new Dictionary<string, string> { ["tenant"] = $"{n % 5}" } }, Stop);
                if (n % 2 == 0)
                {
                    failed.Add(run);
                }

                await first.Client.WaitAsync(run, Stop);
            }

            await FoundAsync(first, new RunQuery(), 100);
        }

        await using var second = await TestCluster.StartAsync(2, Code, storage: storage);
        var found = await FoundAsync(second, new RunQuery { Statuses = [RunStatus.Failed] }, 50);
        Assert.Equal(failed.Select(static r => r.ToString()).Order(), found.Select(static r => r.RunId.ToString()).Order());
        Assert.All(found, static r => Assert.Equal("no", r.Result!.Error));
        Assert.Equal(10,
            (await FoundAsync(second,
                new RunQuery { Statuses = [RunStatus.Failed], Headers = new Dictionary<string, string> { ["Tenant"] = "2" } }, 10)).Count);
        Assert.Equal(new Dictionary<string, long> { ["failed"] = 50, ["succeeded"] = 50 }, await second.Client.CountRunsAsync(ct: Stop));

        calls.Clear();
        foreach (var run in found)
        {
            await second.Client.WaitAsync(await second.Client.RetryAsync(run.RunId, ct: Stop), Stop);
        }

        Assert.Equal(50, calls.Count);
        Assert.All(calls.Values, static n => Assert.Equal(1, n));
        var again = (await FoundAsync(second, new RunQuery { Statuses = [RunStatus.Failed] }, 100)).Where(static r => r.RetryOf is not null)
            .ToList();
        Assert.Equal(found.Select(static r => r.RunId.ToString()).Order(), again.Select(static r => r.RetryOf!.Value.ToString()).Order());

        void Code(TasksBuilder tasks, int silo)
        {
            for (var n = 0; n < 20; n++)
            {
                tasks.Define($"t{n}", (int number, bool fails) =>
                {
                    calls.AddOrUpdate($"{number}", 1, static (_, count) => count + 1);
                    return fails ? throw new InvalidOperationException("no") : number;
                });
            }
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Run_NoLongerInTheHistory_IsFoundByItsId()
    {
        await using var cluster = await TestCluster.StartAsync(1, static (tasks, _) => tasks.Define("echo", static (int n) => n));
        await cluster.Client.GetTask("echo").UpdateAsync(static r => r with { Options = new TaskOptions { HistoryLength = 2 } }, Stop);
        var runs = new List<RunId>();
        for (var n = 0; n < 20; n++)
        {
            runs.Add(await cluster.Client.DispatchAsync("echo", [n], ct: Stop));
            await cluster.Client.WaitAsync(runs[n], Stop);
        }

        await FoundAsync(cluster, new RunQuery { Task = "echo" }, 20);
        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(n, (await cluster.Client.GetRunAsync(runs[n], Stop))!.Result!.GetValue<int>());
            Assert.Equal(n, (await cluster.Client.WaitAsync(runs[n], Stop)).GetValue<int>());
        }

        await Assert.ThrowsAsync<RunNotFoundException>(() => cluster.Client.RetryAsync(RunId.New("echo", cluster.Clock), ct: Stop));
        await cluster.Client.ClearAsync(Stop);
        Assert.Empty(await FoundAsync(cluster, new RunQuery(), 0));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Retry_WithOtherArguments_ChecksAndUsesThem()
    {
        await using var cluster = await TestCluster.StartAsync(1,
            static (tasks, _) => tasks.Define("half", static (int n) => n % 2 == 0 ? n / 2 : throw new ArgumentException("odd")));
        var run = await cluster.Client.DispatchAsync("half", [7], ct: Stop);
        Assert.Equal(RunStatus.Failed, (await cluster.Client.WaitAsync(run, Stop)).Status);
        await Assert.ThrowsAsync<TaskArgumentException>(() => cluster.Client.RetryAsync(run, new RetryOptions { Arguments = ["x"] }, Stop));
        var again = await cluster.Client.RetryAsync(run, new RetryOptions { Arguments = [8], IdempotencyKey = "k" }, Stop);
        Assert.Equal(again, await cluster.Client.RetryAsync(run, new RetryOptions { Arguments = [8], IdempotencyKey = "k" }, Stop));
        Assert.Equal(4, (await cluster.Client.WaitAsync(again, Stop)).GetValue<int>());
        Assert.Equal(run, (await cluster.Client.GetRunAsync(again, Stop))!.RetryOf);
    }

    /// <summary>A run names its retry from the time the retry is accepted, wherever both are: pending, in the history, or kept.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Retry_OfARun_IsNamedByTheRun()
    {
        var gate = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("fail", async (bool waits) =>
        {
            await (waits ? gate.Task : Task.CompletedTask);
            throw new InvalidOperationException("no");
        }));
        var run = await cluster.Client.DispatchAsync("fail", [false], ct: Stop);
        await cluster.Client.WaitAsync(run, Stop);
        Assert.Single(await FoundAsync(cluster, new RunQuery { Task = "fail" }, 1));

        var later = await cluster.Client.RetryAsync(run, new RetryOptions { Delay = TimeSpan.FromHours(1) }, Stop);
        await NamesAsync(later);
        var again = await cluster.Client.RetryAsync(run, new RetryOptions { Arguments = [true] }, Stop);
        await NamesAsync(again);

        gate.SetResult();
        await cluster.Client.WaitAsync(again, Stop);
        Assert.Equal(2, (await FoundAsync(cluster, new RunQuery { Task = "fail" }, 2)).Count);
        await NamesAsync(again);
        Assert.Equal(again, (await cluster.Client.GetTask("fail").RunsAsync(ct: Stop)).Single(r => r.RunId == run).RetriedBy);

        async Task NamesAsync(RunId retry)
        {
            Assert.Equal(retry, (await cluster.Client.GetRunAsync(run, Stop))!.RetriedBy);
            var found = await cluster.Client.RunsAsync(new RunQuery { Task = "fail" }, Stop).ToListAsync(Stop);
            Assert.Equal(retry, found.Single(r => r.RunId == run).RetriedBy);
        }
    }

    /// <summary>The operation is accepted while the scheduler is stopped, and a silo is lost before the operation begins.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RetryAll_SiloLostBeforeItStarts_RetriesEachRunOnce()
    {
        var made = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();
        var isMended = false;
        await using var cluster = await TestCluster.StartAsync(2, (tasks, _) => tasks.Define("work", (int n) =>
        {
            made.AddOrUpdate(n, 1, static (_, count) => count + 1);
            return Volatile.Read(ref isMended) ? n : throw new InvalidOperationException("no");
        }).Define("gone", static int () => throw new InvalidOperationException("no")), storage: new SharedStorage());
        var failed = new List<RunId>();
        for (var n = 0; n < 30; n++)
        {
            failed.Add(await cluster.Client.DispatchAsync("work", [n], ct: Stop));
            await cluster.Client.WaitAsync(failed[^1], Stop);
        }

        var refused = await cluster.Client.DispatchAsync("gone", ct: Stop);
        await cluster.Client.WaitAsync(refused, Stop);
        await FoundAsync(cluster, new RunQuery(), 31);
        await cluster.Client.GetTask("gone").CancelAsync(Stop);
        Volatile.Write(ref isMended, true);
        made.Clear();

        await cluster.Client.StopAsync(Stop);
        var operation = await cluster.Client.RetryAllAsync(RunSelection.Of(new RunQuery()), ct: Stop);
        await cluster.KillSiloAsync(cluster.Silos[^1]);
        await cluster.Client.StartAsync(Stop);
        var result = await cluster.Client.WaitAsync(operation, Stop);
        var report = result.GetValue<RunOperationReport>()!;
        Assert.Equal((30L, 1L), (report.Done, report.Refused));
        Assert.Equal(refused, Assert.Single(report.Reasons).Run);

        await FoundAsync(cluster, new RunQuery { Task = "work", Statuses = [RunStatus.Succeeded] }, 30);
        Assert.Equal(30, made.Count);
        Assert.Empty(await FoundAsync(cluster, new RunQuery { Task = "gone", Statuses = [RunStatus.Succeeded] }, 0));
    }

    /// <summary>Runs that wait are cancelled by one operation, which is accepted before a silo is lost. One had ended before.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ApplyAsync_Cancel_CancelsEachSelectedRun()
    {
        await using var cluster = await TestCluster.StartAsync(2, static (tasks, _) => tasks.Define("work", static (int n) => n),
            storage: new SharedStorage());
        var runs = new List<RunId> { await cluster.Client.DispatchAsync("work", [0], ct: Stop) };
        await cluster.Client.WaitAsync(runs[0], Stop);
        for (var n = 1; n <= 20; n++)
        {
            runs.Add(await cluster.Client.DispatchAsync("work", [n], new DispatchOptions { Delay = TimeSpan.FromDays(1) }, Stop));
        }

        var operation = await cluster.Client.ApplyAsync(RunAction.Cancel, RunSelection.Of(runs), ct: Stop);
        await cluster.KillSiloAsync(cluster.Silos[^1]);
        var report = (await cluster.Client.WaitAsync(operation, Stop)).GetValue<RunOperationReport>()!;
        Assert.Equal(21, report.Done + report.Refused);
        Assert.Contains(report.Reasons, r => r.Run == runs[0]);
        foreach (var run in runs.Skip(1))
        {
            Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(run, Stop)).Status);
        }

        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.ApplyAsync(RunAction.Cancel, RunSelection.Of(new RunQuery()), ct: Stop));
    }

    /// <summary>What is done about dead letters, and by whom, is found after a restart of everything.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DeadLetters_MarkedAndRetried_AreFoundSoAfterARestartOfEverything()
    {
        var storage = new SharedStorage();
        var runs = new List<RunId>();
        RunId retry;
        await using (var first = await TestCluster.StartAsync(2, Code, storage: storage))
        {
            for (var n = 0; n < 6; n++)
            {
                runs.Add(await first.Client.DispatchAsync("work", [n < 5], ct: Stop));
                await first.Client.WaitAsync(runs[n], Stop);
            }

            await FoundAsync(first, new RunQuery { Task = "work" }, 6);
            await FoundAsync(first, Of(DeadLetterState.Open), 5);
            using var actor = TaskActor.As("ann");
            var seen = await first.Client.AcknowledgeAsync(runs[0], "disk was full", Stop);
            Assert.Equal((DeadLetterState.Acknowledged, "ann", "disk was full"), (seen.DeadLetter, seen.Marks[0].By, seen.Marks[0].Note));
            await first.Client.DiscardAsync(runs[1], ct: Stop);
            retry = await first.Client.RetryAsync(runs[2], new RetryOptions { Delay = TimeSpan.FromDays(1) }, Stop);
            await Assert.ThrowsAsync<TaskConflictException>(() => first.Client.DiscardAsync(runs[5], ct: Stop));
            await Assert.ThrowsAsync<InvalidTaskException>(() => first.Client.DiscardAsync(runs[1], new string('x', 1_001), Stop));
            await Assert.ThrowsAsync<RunNotFoundException>(
                () => first.Client.AcknowledgeAsync(RunId.New("work", first.Clock), ct: Stop));
        }

        await using var second = await TestCluster.StartAsync(2, Code, storage: storage);
        Assert.Equal(runs[0], Assert.Single(await FoundAsync(second, Of(DeadLetterState.Acknowledged), 1)).RunId);
        Assert.Equal(runs[1], Assert.Single(await FoundAsync(second, Of(DeadLetterState.Discarded), 1)).RunId);
        Assert.Equal(retry, Assert.Single(await FoundAsync(second, Of(DeadLetterState.Retried), 1)).RetriedBy);
        var known = (await second.Client.GetRunAsync(runs[0], Stop))!;
        Assert.Equal((DeadLetterState.Acknowledged, "disk was full"), (known.DeadLetter, Assert.Single(known.Marks).Note));

        using (TaskActor.As("bob"))
        {
            var marking = await second.Client.ApplyAsync(RunAction.Acknowledge, RunSelection.Of(new RunQuery { Task = "work" }),
                new RunActionOptions { Note = "night" }, Stop);
            Assert.Equal(2, (await second.Client.WaitAsync(marking, Stop)).GetValue<RunOperationReport>()!.Done);
        }

        var all = await FoundAsync(second, Of(DeadLetterState.Acknowledged), 3);
        Assert.Equal(["ann: disk was full", "bob: night", "bob: night"],
            all.Select(static r => $"{r.Marks[^1].By}: {r.Marks[^1].Note}").Order());

        // A discarded run is not retried with all others, and is if it is named.
        var again = await second.Client.RetryAllAsync(RunSelection.Of(new RunQuery { Task = "work" }), ct: Stop);
        Assert.Equal(4, (await second.Client.WaitAsync(again, Stop)).GetValue<RunOperationReport>()!.Done);
        Assert.Equal(4, (await FoundAsync(second, Of(DeadLetterState.Retried), 4)).Count);
        Assert.Single(await FoundAsync(second, Of(DeadLetterState.Discarded), 1));
        var named = await second.Client.RetryAllAsync(RunSelection.Of(Of(DeadLetterState.Discarded)), ct: Stop);
        Assert.Equal(1, (await second.Client.WaitAsync(named, Stop)).GetValue<RunOperationReport>()!.Done);

        static RunQuery Of(DeadLetterState state) => new() { DeadLetters = [state], Task = "work" };

        static void Code(TasksBuilder tasks, int silo) =>
            tasks.Define("work", static (bool fails) => fails ? throw new InvalidOperationException("no") : 1);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RetryAll_OfASelectionWithFaults_NamesThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, static (tasks, _) => tasks.Define("one", static () => 1));
        foreach (var (selection, fault) in new[]
        {
            (new RunSelection(), "neither runs nor a query"),
            (new RunSelection { Query = new RunQuery(), Runs = [RunId.New("one", cluster.Clock)] }, "runs and a query"),
            (RunSelection.Of(Enumerable.Repeat(RunId.New("one", cluster.Clock), RunSelection.MaxRuns + 1)), "1001 runs"),
            (RunSelection.Of([default(RunId)]), "empty"),
            (RunSelection.Of(new RunQuery { Statuses = [RunStatus.Running] }), "Running"),
        })
        {
            var e = await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.RetryAllAsync(selection, ct: Stop));
            Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Runs_OfAQueryWithFaults_NamesAllOfThem()
    {
        await using var cluster = await TestCluster.StartAsync(1, static (tasks, _) => tasks.Define("one", static () => 1));
        var query = new RunQuery
        {
            Statuses = [RunStatus.Running],
            Limit = 0,
            After = "x",
            From = TestCluster.Start,
            To = TestCluster.Start
        };
        var fault = await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.CountRunsAsync(query, ct: Stop));
        Assert.Equal(4, fault.Faults.Count);
    }

    /// <summary>Searches until a number of runs are found. Results are archived a little after they are reported.</summary>
    private static async Task<IReadOnlyList<RunInfo>> FoundAsync(TestCluster cluster, RunQuery query, int count)
    {
        while (true)
        {
            var found = await cluster.Client.RunsAsync(query, Stop).ToListAsync(Stop);
            if (found.Count == count)
            {
                return found;
            }

            cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
