using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests retried runs on silos, in virtual time.</summary>
public sealed class RetryTests
{
    private const int NextAttempt = 361;
    private static readonly RetryPolicy Exact = new() { Jitter = 0, MaxAttempts = 4 };
    private readonly LogWatch _logs = new();
    private readonly Channel<(int Attempt, DateTimeOffset At)> _attempts = Channel.CreateUnbounded<(int, DateTimeOffset)>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    [InlineData(RunGuarantee.AtMostOnce)]
    public async Task DispatchAsync_FailsAtFirst_IsRetriedUnderTheSameIdUntilItSucceeds(RunGuarantee guarantee)
    {
        await using var cluster = await StartAsync(succeedsAt: 4, new TaskOptions { Retry = Exact });

        var id = await cluster.Client.DispatchAsync("flaky", options: new DispatchOptions { Guarantee = guarantee }, ct: Stop);
        var at = TestCluster.Start;
        foreach (var (attempt, wait) in new[] { (1, 1), (2, 2), (3, 4) })
        {
            Assert.Equal((attempt, at), await _attempts.Reader.ReadAsync(Stop));
            await _logs.UntilAsync(NextAttempt, attempt);
            var waiting = (await cluster.Client.GetRunAsync(id, Stop))!;
            at = at.AddSeconds(wait);
            Assert.Equal((RunStatus.Pending, attempt, attempt, $"attempt {attempt} fails", at),
                (waiting.Status, waiting.Attempt, waiting.Failures, waiting.LastError, waiting.NextAttemptAt));
            cluster.Clock.SetUtcNow(at.AddTicks(-1));
            Assert.False(_attempts.Reader.TryPeek(out _));
            cluster.Clock.SetUtcNow(at);
        }

        Assert.Equal((4, at), await _attempts.Reader.ReadAsync(Stop));
        var result = await cluster.Client.WaitAsync(id, Stop);
        Assert.Equal((id, RunStatus.Succeeded, 4, TestCluster.Start), (result.RunId, result.Status, result.Attempt, result.ScheduledAt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_FailsAtFirst_CallerWaitsForTheRetry()
    {
        await using var cluster = await StartAsync(succeedsAt: 3);

        var result = await cluster.Client.RunAsync("flaky", options: new RunOptions { Retry = Exact with { Delay = TimeSpan.Zero } },
            ct: Stop);

        Assert.Equal((RunStatus.Succeeded, 3), (result.Status, result.Attempt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_KeepsFailing_FailsWithTheLastError()
    {
        await using var cluster = await StartAsync(succeedsAt: 100);

        var result = await cluster.Client.RunAsync("flaky", options: new RunOptions { Retry = Exact with { Delay = TimeSpan.Zero } },
            ct: Stop);
        var without = await cluster.Client.RunAsync("flaky", ct: Stop);

        Assert.Equal((RunStatus.Failed, 4, "attempt 4 fails"), (result.Status, result.Attempt, result.Error));
        Assert.Equal((RunStatus.Failed, 1), (without.Status, without.Attempt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Schedule_FailsAtFirst_IsRetriedWithinItsOccurrence()
    {
        await using var cluster = await StartAsync(succeedsAt: 2, new TaskOptions { Retry = Exact },
            TaskSchedule.Every(TimeSpan.FromMinutes(1)));
        var due = TestCluster.Start.AddMinutes(1);

        cluster.Clock.SetUtcNow(due);
        Assert.Equal((1, due), await _attempts.Reader.ReadAsync(Stop));
        await _logs.UntilAsync(NextAttempt, 1);
        cluster.Clock.SetUtcNow(due.AddSeconds(1));

        Assert.Equal((2, due.AddSeconds(1)), await _attempts.Reader.ReadAsync(Stop));
        var result = Assert.Single(await EndedAsync(cluster, 1));
        Assert.Equal((RunTrigger.Schedule, due, 2, RunStatus.Succeeded),
            (result.Trigger, result.ScheduledAt, result.Attempt, result.Status));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtLeastOnce, false)]
    [InlineData(RunGuarantee.AtMostOnce, false)]
    [InlineData(RunGuarantee.AtLeastOnce, true)]
    [InlineData(RunGuarantee.AtMostOnce, true)]
    public async Task Retry_ClusterRestartedBetweenAttempts_ContinuesWithTheNextAttempt(RunGuarantee guarantee, bool scheduled)
    {
        var storage = new SharedStorage();
        var options = new TaskOptions { Retry = Exact with { Delay = TimeSpan.FromMinutes(5) }, Guarantee = guarantee };
        var schedule = scheduled ? TaskSchedule.Every(TimeSpan.FromHours(1)) : null;
        await using (var first = await StartAsync(succeedsAt: 2, options, schedule, storage))
        {
            if (scheduled)
            {
                first.Clock.Advance(TimeSpan.FromHours(1));
            }
            else
            {
                await first.Client.DispatchAsync("flaky", ct: Stop);
            }

            await _attempts.Reader.ReadAsync(Stop);
            await _logs.UntilAsync(NextAttempt, 1);
            await first.KillSiloAsync(first.Silos[0]);
        }

        var now = TestCluster.Start.AddHours(scheduled ? 1 : 0);
        await using var second = await StartAsync(succeedsAt: 2, options, schedule, storage, now.AddSeconds(1));
        second.Clock.SetUtcNow(now.AddMinutes(5));

        Assert.Equal((2, now.AddMinutes(5)), await _attempts.Reader.ReadAsync(Stop));
        var run = Assert.Single(await EndedAsync(second, 1));
        Assert.Equal((RunStatus.Succeeded, 2, now), (run.Status, run.Attempt, run.ScheduledAt));
        Assert.False(_attempts.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Handler_ThrowsASteeringException_IsFollowed()
    {
        var runs = 0;
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks
            .Define("never", () => Interlocked.Increment(ref runs) > 0 ? throw new DoNotRetryException("for good") : 0,
                new TaskOptions { Retry = Exact })
            .Define("later",
                (TaskRunContext run) => run.Attempt < 3 ? throw new RetryLaterException(TimeSpan.Zero, "not yet") : run.Attempt)
            .Define("snooze", (TaskRunContext run) => run.Attempt < 30 ? throw new SnoozeException(TimeSpan.Zero) : run.Attempt)
            .Define("picky", (TaskRunContext run) => run.Attempt < 3 ? throw new IOException("disk") : run.Attempt,
                new TaskOptions { Retry = Exact with { Delay = TimeSpan.Zero, OnlyFor = ["TimeoutException"] } }));

        var never = await cluster.Client.RunAsync("never", ct: Stop);
        Assert.Equal((RunStatus.Failed, "for good", 1), (never.Status, never.Error, runs));
        Assert.Equal(3, await cluster.Client.RunAsync<int>("later", ct: Stop));
        Assert.Equal(30, await cluster.Client.RunAsync<int>("snooze", ct: Stop));
        Assert.Equal((RunStatus.Failed, 1),
            (await cluster.Client.RunAsync("picky", ct: Stop)) is var picky ? (picky.Status, picky.Attempt) : default);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelRunAsync_BetweenTwoAttempts_EndsTheRun()
    {
        await using var cluster = await StartAsync(succeedsAt: 2, new TaskOptions { Retry = Exact });
        var id = await cluster.Client.DispatchAsync("flaky", ct: Stop);
        await _attempts.Reader.ReadAsync(Stop);
        await _logs.UntilAsync(NextAttempt, 1);

        Assert.True(await cluster.Client.CancelRunAsync(id, Stop));

        var result = await cluster.Client.WaitAsync(id, Stop);
        Assert.Equal((RunStatus.Cancelled, 1), (result.Status, result.Attempt));
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.GetRunAsync(id, Stop))!.Status);
        Assert.False(_attempts.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Timeout_OfAnAttempt_IsRetried_AndOfTheRun_IsFinal()
    {
        await using var cluster = await TestCluster.StartAsync(1, logs: _logs,
            tasks: (tasks, _) => tasks.Define("slow", async (TaskRunContext run, TimeProvider time, CancellationToken stop) =>
        {
            _attempts.Writer.TryWrite((run.Attempt, time.GetUtcNow()));
            await new TaskCompletionSource().Task.WaitAsync(stop);
        }));
        var options = new DispatchOptions { Timeout = TimeSpan.FromSeconds(10), RunTimeout = TimeSpan.FromSeconds(25), Retry = Exact };
        var id = await cluster.Client.DispatchAsync("slow", options: options, ct: Stop);

        Assert.Equal((1, TestCluster.Start), await _attempts.Reader.ReadAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await _logs.UntilAsync(NextAttempt, 1);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, TestCluster.Start.AddSeconds(11)), await _attempts.Reader.ReadAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromSeconds(10));
        await _logs.UntilAsync(NextAttempt, 2);
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((3, TestCluster.Start.AddSeconds(23)), await _attempts.Reader.ReadAsync(Stop));
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        var result = await cluster.Client.WaitAsync(id, Stop);
        Assert.Equal((RunStatus.TimedOut, 3, TestCluster.Start.AddSeconds(25)), (result.Status, result.Attempt, result.FinishedAt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunTimeout_BetweenTwoAttempts_EndsTheRunThen()
    {
        await using var cluster = await StartAsync(succeedsAt: 9, new TaskOptions { Retry = Exact });
        var id = await cluster.Client.DispatchAsync("flaky", options: new DispatchOptions { RunTimeout = TimeSpan.FromSeconds(2) },
            ct: Stop);
        await _attempts.Reader.ReadAsync(Stop);
        await _logs.UntilAsync(NextAttempt, 1);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await _attempts.Reader.ReadAsync(Stop)).Attempt);

        // A third attempt would be due after the run's timeout.
        var result = await cluster.Client.WaitAsync(id, Stop);
        Assert.Equal((RunStatus.Failed, 2), (result.Status, result.Attempt));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_ThatExpires_IsDroppedAndRecordedWithoutCallingTheHandler()
    {
        await using var cluster = await StartAsync(succeedsAt: 1);
        await cluster.Client.StopAsync(Stop);
        var expiring = await cluster.Client.DispatchAsync("flaky",
            options: new DispatchOptions { ExpiresAt = TestCluster.Start.AddMinutes(1) }, ct: Stop);
        var patient = await cluster.Client.DispatchAsync("flaky",
            options: new DispatchOptions { ExpiresAt = TestCluster.Start.AddMinutes(3) }, ct: Stop);

        cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        await cluster.Client.StartAsync(Stop);

        var expired = await cluster.Client.WaitAsync(expiring, Stop);
        Assert.Equal((RunStatus.Expired, 0, null), (expired.Status, expired.Attempt, expired.StartedAt));
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(patient, Stop)).Status);
        Assert.Single(await _attempts.Reader.ReadAllAsync(Stop).Take(1).ToListAsync(Stop));
        Assert.False(_attempts.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task DispatchAsync_InvalidOptions_IsRejected()
    {
        await using var cluster = await StartAsync(succeedsAt: 1);

        var error =
            await Assert.ThrowsAsync<InvalidTaskException>(
                () => cluster.Client.DispatchAsync("flaky",
                    options: new DispatchOptions { Retry = new() { MaxAttempts = 0 }, RunTimeout = TimeSpan.Zero }, ct: Stop));
        Assert.Contains("Retry.MaxAttempts is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("RunTimeout is 00:00:00", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.DispatchAsync("flaky", options: new DispatchOptions { ExpiresAt = TestCluster.Start }, ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.RunAsync("flaky", options: new RunOptions { Retry = new() { Jitter = 2 } }, ct: Stop));
        await Assert.ThrowsAsync<InvalidTaskException>(
            () => cluster.Client.ScheduleAsync(
                new TaskRegistration { Name = "flaky", Options = new TaskOptions { Retry = new() { MaxAttempts = 1001 } } }, Stop));
    }

    private Task<TestCluster> StartAsync(int succeedsAt, TaskOptions? options = null, TaskSchedule? schedule = null,
        SharedStorage? storage = null, DateTimeOffset? at = null)
    {
        int Handler(TaskRunContext run, TimeProvider time)
        {
            _attempts.Writer.TryWrite((run.Attempt, time.GetUtcNow()));
            return run.Attempt >= succeedsAt ? run.Attempt : throw new InvalidOperationException($"attempt {run.Attempt} fails");
        }

        void Tasks(TasksBuilder tasks, int silo)
        {
            if (schedule is null)
            {
                tasks.Define("flaky", Handler, options);
            }
            else
            {
                tasks.Schedule("flaky", schedule, Handler, options);
            }
        }

        return TestCluster.StartAsync(1, Tasks, storage: storage, at: at, logs: _logs);
    }

    private static async Task<IReadOnlyList<TaskResult>> EndedAsync(TestCluster cluster, int count)
    {
        await using var subscription = await cluster.Client.SubscribeResultsAsync("flaky", after: 0, ct: Stop);
        return await subscription.Take(count).ToListAsync(Stop);
    }
}
