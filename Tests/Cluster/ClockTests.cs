using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Supervision;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests wall clocks that step forward and back or differ between silos, while timers count the real passage of time.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly Channel<DateTimeOffset> _fired = Channel.CreateUnbounded<DateTimeOffset>();
    private readonly LogWatch _logs = new();
    private SteppedTimeProvider? _clock;
    private SharedStorage? _storage;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("2 8 * * *", 3)]
    [InlineData("* * * * *", 3)]
    [InlineData("30 14 * * *", 390)]
    public async Task PutForward_PastAnOccurrenceOfCron_FiresItWithoutTimePassing(string cron, int minutes)
    {
        await using var cluster =
            await StartAsync(tasks => tasks.Cron(cron, "cron", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt)));
        await cluster.Client.GetTask("cron").DescribeAsync(Stop);

        Step(cluster, TimeSpan.FromMinutes(minutes) + TimeSpan.FromSeconds(1));

        var due = await _fired.Reader.ReadAsync(Stop);
        Assert.InRange(due, TestCluster.Start, TestCluster.Start.AddMinutes(minutes));
        Assert.Equal(1, _logs.Count(531));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce, 1)]
    [InlineData(RunGuarantee.AtMostOnce, 40)]
    [InlineData(RunGuarantee.AtMostOnce, 120)]
    [InlineData(RunGuarantee.AtLeastOnce, 1)]
    [InlineData(RunGuarantee.AtLeastOnce, 120)]
    public async Task PutBack_AfterADayAhead_ContinuesImmediatelyWithoutRepetition(RunGuarantee guarantee, int period)
    {
        var options = new TaskOptions { Overlap = OverlapPolicy.Allow, Guarantee = guarantee };
        await using var cluster = await StartAsync(
            tasks => tasks.Seconds(period, "tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt), options: options));
        var task = cluster.Client.GetTask("tick");
        var step = Math.Max(1, period / 4);
        var before = await FireAsync(cluster, 3 * period, step);
        Step(cluster, Day);
        var ahead = await FireAsync(cluster, 16 * period, step);
        Assert.Contains(ahead, d => d > TestCluster.Start + Day);

        Step(cluster, -Day);
        var now = _clock!.GetUtcNow();
        var after = await FireAsync(cluster, 5 * period, step);

        // A run that began before the step may be read after it.
        var late = after.RemoveAll(d => d > TestCluster.Start + (Day / 2));
        Assert.InRange(late, 0, 1);
        Assert.NotEmpty(after);
        Assert.All(after, d => Assert.InRange(d, now.AddSeconds(-1), now.AddSeconds(5 * period)));
        var all = before.Concat(ahead).Concat(after).ToList();
        Assert.Equal(all.Distinct(), all);
        var info = await task.DescribeAsync(Stop);
        Assert.InRange(info.NextDue!.Value, _clock!.GetUtcNow(), _clock!.GetUtcNow().AddSeconds(period));
        var listed = await cluster.Client.ListAsync(ct: Stop).SingleAsync(Stop);
        Assert.InRange(listed.NextDue!.Value, _clock!.GetUtcNow(), _clock!.GetUtcNow().AddSeconds(period));
        var ledger = await task.LedgerAsync(ct: Stop);
        Assert.All(ledger.Ranges, r => Assert.True(r.To <= _clock!.GetUtcNow()));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutBack_WithinTheTolerance_ReportsWhenItContinuesWithoutRepetition()
    {
        await using var cluster =
            await StartAsync(
                tasks =>
                    tasks.Seconds(1, "tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt),
                        options: new TaskOptions { Overlap = OverlapPolicy.Allow }));
        var before = await FireAsync(cluster, 20);

        Step(cluster, TimeSpan.FromSeconds(-8));
        var next = (await cluster.Client.GetTask("tick").DescribeAsync(Stop)).NextDue;
        var after = await FireAsync(cluster, 12);

        Assert.Equal(before[^1].AddSeconds(1), next);
        Assert.Equal(Enumerable.Range(1, after.Count).Select(n => before[^1].AddSeconds(n)), after);
        Assert.Equal(after.Distinct(), after);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutBack_WithRunsThatWaitForATime_RunsThemAfterThatTime()
    {
        await using var cluster = await StartAsync(tasks => tasks.Define("wait", (TaskRunContext run) => run.ScheduledAt));
        Step(cluster, Day);
        var near = await cluster.Client.DispatchAsync("wait", options: new DispatchOptions { Delay = TimeSpan.FromSeconds(10) }, ct: Stop);
        var far = await cluster.Client.DispatchAsync("wait", options: new DispatchOptions { Delay = TimeSpan.FromMinutes(10) }, ct: Stop);
        var named = await cluster.Client.DispatchAsync("wait", options: new DispatchOptions { At = TestCluster.Start + Day + Day },
            ct: Stop);

        Step(cluster, -Day);
        await AdvanceAsync(cluster, 12);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(near, Stop)).Status);
        await AdvanceAsync(cluster, 600);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(far, Stop)).Status);
        Assert.Equal(TestCluster.Start + Day + Day, (await cluster.Client.GetRunAsync(named, Stop))!.NextAttemptAt);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutBack_WithAWaitingAttempt_StartsItAfterThePolicysDelay()
    {
        await using var cluster = await StartAsync(tasks => tasks.Define(
            "flaky", (TaskRunContext run) => run.Attempt < 2 ? throw new InvalidOperationException("once") : run.Attempt,
            options: new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.FromSeconds(20), Jitter = 0 } }));
        Step(cluster, Day);
        var run = await cluster.Client.DispatchAsync("flaky", ct: Stop);
        await _logs.UntilAsync(361, 1);

        Step(cluster, -Day);
        await AdvanceAsync(cluster, 25);

        Assert.Equal(2, (await cluster.Client.WaitAsync(run, Stop)).GetValue<int>());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PutBack_WithARateLimit_StartsTheNextAfterOnePeriod()
    {
        await using var cluster = await StartAsync(tasks => tasks.Define(
            "rated", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt),
            options: new TaskOptions { RateLimit = new RateLimit { Runs = 1, Period = TimeSpan.FromSeconds(10) } }));
        Step(cluster, Day);
        await cluster.Client.DispatchAsync("rated", ct: Stop);
        await _fired.Reader.ReadAsync(Stop);
        Step(cluster, -Day);
        var second = await cluster.Client.DispatchAsync("rated", ct: Stop);

        await AdvanceAsync(cluster, 11);
        Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(second, Stop)).Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_StorageOneDayAhead_ContinuesAndReportsIt()
    {
        _storage = new SharedStorage();
        await using (var first = await StartAsync(Code, ahead: Day))
        {
            Assert.NotEmpty(await FireAsync(first, 16));
        }

        while (_fired.Reader.TryRead(out _))
        {
            // Discard what fired until the first cluster ended.
        }

        await using var second = await StartAsync(Code);
        await second.Client.GetTask("tick").DescribeAsync(Stop);

        // Occurrences that were due before the grain took over may fire after later ones, because the partition is asked about them first.
        Assert.Equal(TestCluster.Start.AddSeconds(1), (await FireAsync(second, 5)).Min());
        Assert.True(_logs.Count(204) > 0);
        void Code(TasksBuilder tasks) =>
            tasks.Seconds(1, "tick", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt),
                options: new TaskOptions { Overlap = OverlapPolicy.Allow });
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Restart_BeforeTheTimeIsKnown_KeepsStoredRunsWhenTheClockIsSetForward()
    {
        _storage = new SharedStorage();
        await using (var first = await StartAsync(Code))
        {
            await FireAsync(first, 3 * 3600, 600);
        }

        // Like a machine that starts with its factory-set clock and gets the real time a little later.
        await using var second = await StartAsync(Code, ahead: -10_000 * Day);
        await AdvanceAsync(second, 5);
        Step(second, (10_000 * Day) + TimeSpan.FromHours(4));
        await AdvanceAsync(second, 3600, 600);
        var fired = new List<DateTimeOffset>();
        do
        {
            // It may take a moment until the timer is set, and its instant may have passed by then.
            fired.Add(await _fired.Reader.ReadAsync(Stop));
        }
        while (fired[^1] < TestCluster.Start.AddHours(5));

        var known = (await second.Client.GetTask("hourly").HistoryAsync(ct: Stop)).Results.Select(r => r.ScheduledAt).ToList();
        Assert.Equal(known.Distinct(), known);
        Assert.Contains(TestCluster.Start.AddHours(5), fired);
        Assert.DoesNotContain(TestCluster.Start.AddHours(3), fired);

        void Code(TasksBuilder tasks) =>
            tasks.Cron("0 * * * *", "hourly", (TaskRunContext run) => _fired.Writer.TryWrite(run.ScheduledAt),
                options: new TaskOptions { Overlap = OverlapPolicy.Allow });
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Silos_WithClocksAnHourApart_FireEachOccurrenceOnce(int hours)
    {
        var fired = new ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>>();
        var options = new TaskOptions { Overlap = OverlapPolicy.Allow };
        await using var cluster = await TestCluster.StartAsync(
            2,
            (tasks, _) =>
            {
                for (var n = 0; n < 12; n++)
                {
                    tasks.Seconds(5, $"tick-{n}",
                        (TaskRunContext run) => fired.GetOrAdd(run.RunId.Task, _ => new()).Enqueue(run.ScheduledAt), options: options);
                }
            },
            wallClock: (silo, steady) =>
            {
                var clock = new SteppedTimeProvider(steady);
                clock.Step(TimeSpan.FromHours(hours * silo));
                return clock;
            });

        await AdvanceAsync(cluster, 60, behind: TimeSpan.FromHours(1));

        Assert.Equal(12, fired.Count);
        Assert.All(fired.Values, dues =>
        {
            var all = dues.ToList();
            Assert.True(all.Count >= 8, $"{all.Count} firings in a minute");
            Assert.Equal(all.Distinct(), all);
            Assert.All(all.Order().Zip(all.Order().Skip(1)), p => Assert.Equal(TimeSpan.FromSeconds(5), p.Second - p.First));
        });
    }

    private async Task<TestCluster> StartAsync(Action<TasksBuilder> tasks, TimeSpan ahead = default) => await TestCluster.StartAsync(
        1, (t, _) => tasks(t), storage: _storage, logs: _logs, wallClock: (_, steady) =>
        {
            _clock = new SteppedTimeProvider(steady);
            _clock.Step(ahead);
            return _clock;
        });

    /// <summary>Steps the clock, and lets the silo check it, which the silo otherwise does every second.</summary>
    private void Step(TestCluster cluster, TimeSpan by)
    {
        _clock!.Step(by);
        cluster.Services(0).GetRequiredService<ClockWatcher>().Look();
    }

    /// <summary>Advances the time, and returns the occurrences that fired.</summary>
    private async Task<List<DateTimeOffset>> FireAsync(TestCluster cluster, int seconds, int step = 1)
    {
        await AdvanceAsync(cluster, seconds, step);
        var fired = new List<DateTimeOffset>();
        while (_fired.Reader.TryRead(out var due))
        {
            fired.Add(due);
        }

        // Runs that may overlap start at the same time, in any order.
        fired.Sort();
        return fired;
    }

    /// <summary>Advances the time in steps. Waits before and after each step until nothing is due and nothing runs.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="seconds">The total time, in seconds.</param>
    /// <param name="step">The length of each step, in seconds.</param>
    /// <param name="behind">How far the clock of a silo is behind the clock of the test.</param>
    private async Task AdvanceAsync(TestCluster cluster, int seconds, int step = 1, TimeSpan behind = default)
    {
        for (var n = 0; n < seconds; n += step)
        {
            await QuietAsync(cluster, behind);
            cluster.Clock.Advance(TimeSpan.FromSeconds(step));
        }

        await QuietAsync(cluster, behind);
    }

    private async Task QuietAsync(TestCluster cluster, TimeSpan behind)
    {
        // Check several times, because a timer that was set again during one round shows in the next.
        for (var quiet = 0; quiet < 3;)
        {
            quiet++;
            await foreach (var task in cluster.Client.ListAsync(ct: Stop))
            {
                var info = await cluster.Client.GetTask(task.Name).DescribeAsync(Stop);

                // Occurrences wait for a place only. Other runs may wait for an instant or a rate.
                var waiting = info.NextDue is null ? 0 : info.Waiting;
                if (info.NextDue <= (_clock ?? (TimeProvider)cluster.Clock).GetUtcNow() - behind || info.Running + waiting > 0)
                {
                    quiet = 0;
                }
            }
        }
    }
}
