using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Each planned instant of a schedule has one outcome with a reason, whatever happens to the cluster.</summary>
public sealed class LedgerTests
{
    private readonly Channel<DateTimeOffset> _ran = Channel.CreateUnbounded<DateTimeOffset>();
    private readonly LogWatch _logs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_ActiveTask_HasOccurrencesAndPendingOnes()
    {
        await using var cluster = await StartAsync();

        await FireAsync(cluster, 1);
        await FireAsync(cluster, 2);
        cluster.Clock.SetUtcNow(Hour(2.5));

        var ledger = await LedgerAsync(cluster);
        Assert.Equal("Fired OnTime 2", Totals(ledger));
        Assert.Equal((2, 0, Hour(1), Hour(2)), (ledger.Planned, ledger.Pending, ledger.Ranges.Single().From, ledger.Ranges.Single().To));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_AfterAPause_ListsSkippedOccurrences()
    {
        await using var cluster = await StartAsync();
        var task = cluster.Client.GetTask("hourly");
        await FireAsync(cluster, 1);
        await task.PauseAsync(ct: Stop);
        cluster.Clock.SetUtcNow(Hour(4.5));
        Assert.Equal("Fired OnTime 1, Skipped Paused 3", Totals(await LedgerAsync(cluster)));

        cluster.Clock.SetUtcNow(Hour(6.5));
        await task.ResumeAsync(Stop);
        await FireAsync(cluster, 7);

        Assert.Equal("Fired OnTime 2, Skipped Paused 5", Totals(await LedgerAsync(cluster)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_PauseWithCatchUp_KeepsOccurrencesPendingUntilItEnds()
    {
        await using var cluster = await StartAsync(new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 2 } });
        var task = cluster.Client.GetTask("hourly");
        await FireAsync(cluster, 1);
        await task.PauseAsync(occurrences: PausedOccurrences.CatchUp, ct: Stop);
        cluster.Clock.SetUtcNow(Hour(5.5));
        var paused = await LedgerAsync(cluster);
        Assert.Equal(("Fired OnTime 1", 4L), (Totals(paused), paused.Pending));

        await task.ResumeAsync(Stop);
        await RanAsync(cluster, 4);
        await RanAsync(cluster, 5);

        var ledger = await LedgerAsync(cluster);
        Assert.Equal(("Fired OnTime 1, Fired Late 2, Skipped Paused 2", 0L), (Totals(ledger), ledger.Pending));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_AfterTheSchedulerWasStopped_RecordsIt()
    {
        await using var cluster = await StartAsync();
        await FireAsync(cluster, 1);
        await cluster.Client.StopAsync(Stop);
        cluster.Clock.SetUtcNow(Hour(3.5));
        Assert.Equal("Fired OnTime 1, Skipped Stopped 2", Totals(await LedgerAsync(cluster)));

        await cluster.Client.StartAsync(Stop);
        await FireAsync(cluster, 4);

        Assert.Equal("Fired OnTime 2, Skipped Stopped 2", Totals(await LedgerAsync(cluster)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_AfterAScheduleChange_HasTheOccurrencesOfBothSchedules()
    {
        await using var cluster = await StartAsync();
        await FireAsync(cluster, 1);
        await FireAsync(cluster, 2);
        cluster.Clock.SetUtcNow(Hour(2.25));
        await cluster.Client.GetTask("hourly")
            .UpdateAsync(r => r with { Schedule = TaskSchedule.Every(TimeSpan.FromHours(2), TestCluster.Start) }, Stop);
        await FireAsync(cluster, 4);

        var ledger = await LedgerAsync(cluster);
        Assert.Equal(("Fired OnTime 3", 3L), (Totals(ledger), ledger.Planned));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_LongRuns_ListsOccurrencesSkippedMeanwhile()
    {
        using var gate = new SemaphoreSlim(0);
        await using var cluster = await TestCluster.StartAsync(1,
            (tasks, _) =>
                tasks.Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
                    async (TaskRunContext run, CancellationToken stop) =>
        {
            _ran.Writer.TryWrite(run.ScheduledAt);
            await gate.WaitAsync(stop);
        }));
        var task = cluster.Client.GetTask("hourly");
        cluster.Clock.SetUtcNow(Hour(1));
        Assert.Equal(Hour(1), await _ran.Reader.ReadAsync(Stop));
        for (var n = 2; n <= 4; n++)
        {
            cluster.Clock.SetUtcNow(Hour(n));
            while ((await LedgerAsync(cluster)).Skipped < n - 1)
            {
                await Task.Yield();
            }
        }

        var during = await LedgerAsync(cluster);
        Assert.Equal(("Skipped Overlap 3", 1L, 4L), (Totals(during), during.Pending, during.Planned));

        gate.Release(10);
        await cluster.Client.WaitAsync(RunId.Of("hourly", Hour(1)), Stop);
        await FireAsync(cluster, 5);
        var ledger = await LedgerAsync(cluster);
        Assert.Equal("Fired OnTime 2, Skipped Overlap 3", Totals(ledger));
        Assert.Equal([1L, 3L, 1L], ledger.Ranges.Select(r => r.Count));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    public async Task Ledger_AfterAnOutage_RecordsTheOutage(RunGuarantee guarantee)
    {
        var storage = new SharedStorage();
        var options = new TaskOptions { Guarantee = guarantee };
        await using (var first = await StartAsync(options, storage))
        {
            await FireAsync(first, 1);
            await FireAsync(first, 2);
            await first.StopSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(options, storage, Hour(8.5));
        await RanAsync(second, 8);
        await FireAsync(second, 9);

        var ledger = await LedgerAsync(second);
        Assert.Equal("Fired OnTime 3, Fired Late 1, Missed Outage 5", Totals(ledger));
        Assert.Equal((Hour(3), Hour(7)), ledger.Ranges.Where(r => r.Reason == OutcomeReason.Outage).Select(r => (r.From, r.To)).Single());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_TaskThatOccursOnce_HasOneOccurrence()
    {
        await using var cluster = await StartAsync();
        var task = await cluster.Client.ScheduleAsync(
            new TaskRegistration { Name = "once", Handler = "hourly", Schedule = TaskSchedule.At(Hour(0.5)) }, Stop);
        Assert.Equal((0L, 0L), (await task.LedgerAsync(ct: Stop)) is var before ? (before.Planned, before.Pending) : default);

        cluster.Clock.SetUtcNow(Hour(0.5));
        Assert.Equal(Hour(0.5), await _ran.Reader.ReadAsync(Stop));
        var runs = await task.RunsAsync(ct: Stop);
        await cluster.Client.WaitAsync(runs.Single().RunId, Stop);

        Assert.Equal("Fired OnTime 1", Totals(await task.LedgerAsync(ct: Stop)));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_TaskThatOccursOnceCancelledBefore_IsEmpty()
    {
        await using var cluster = await StartAsync();
        var task = await cluster.Client.ScheduleAsync(
            new TaskRegistration { Name = "once", Handler = "hourly", Schedule = TaskSchedule.At(Hour(0.5)) }, Stop);

        await task.CancelAsync(Stop);
        cluster.Clock.SetUtcNow(Hour(0.75));

        Assert.Equal((0L, 0L), (await task.LedgerAsync(ct: Stop)) is var ledger ? (ledger.Planned, ledger.Pending) : default);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_OfAQueryOutOfRange_IsRefused()
    {
        await using var cluster = await StartAsync();

        var error =
            await Assert.ThrowsAsync<InvalidTaskException>(() => cluster.Client.GetTask("hourly").LedgerAsync(Hour(2), Hour(1), 501, Stop));

        Assert.Contains("limit is 501", error.Message, StringComparison.Ordinal);
        Assert.Contains("before it begins", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => cluster.Client.GetTask("nobody").LedgerAsync(ct: Stop));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Ledger_RunsAlwaysInProgress_IsWrittenBeforeTheHistoryDropsThem()
    {
        const int Occurrences = 20;
        var storage = new SharedStorage();
        var gate = new SemaphoreSlim(0);
        await using (var first = await GatedAsync(TestCluster.Start))
        {
            for (var n = 1; n <= Occurrences; n++)
            {
                first.Clock.SetUtcNow(Hour(n));
                Assert.Equal(Hour(n), await _ran.Reader.ReadAsync(Stop));

                // The ledger includes and writes the known outcomes while the run executes.
                await LedgerAsync(first);
                first.Clock.Advance(TimeSpan.FromMinutes(1));
                await LedgerAsync(first);
                gate.Release();
                await first.Client.WaitAsync(RunId.Of("hourly", Hour(n)), Stop);
            }

            await first.StopSiloAsync(first.Silos[0]);
        }

        await using var second = await GatedAsync(Hour(Occurrences + 0.5));
        var ledger = await LedgerAsync(second);
        Assert.Equal(Occurrences, ledger.Totals.Where(t => t.Outcome == OccurrenceOutcome.Fired).Sum(t => t.Count));
        Assert.DoesNotContain(ledger.Totals, t => t.Outcome == OccurrenceOutcome.Missed);

        Task<TestCluster> GatedAsync(DateTimeOffset at) => TestCluster.StartAsync(
            1,
            (tasks, _) =>
                tasks.Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
                    async (TaskRunContext run, CancellationToken stop) =>
            {
                _ran.Writer.TryWrite(run.ScheduledAt);
                await gate.WaitAsync(stop);
            }, new TaskOptions { HistoryLength = 4 }),
            storage: storage,
            at: at);
    }

    private static DateTimeOffset Hour(double hour) => TestCluster.Start.AddHours(hour);

    private static Task<TaskLedger> LedgerAsync(TestCluster cluster) => cluster.Client.GetTask("hourly").LedgerAsync(ct: Stop);

    private static string Totals(TaskLedger ledger) => string.Join(", ", ledger.Totals.Select(t => $"{t.Outcome} {t.Reason} {t.Count}"));

    private Task<TestCluster> StartAsync(TaskOptions? options = null, SharedStorage? storage = null, DateTimeOffset? at = null) =>
        TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Schedule("hourly", TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
                (TaskRunContext run) => { _ran.Writer.TryWrite(run.ScheduledAt); }, options),
        storage: storage,
        at: at,
        logs: _logs);

    private async Task FireAsync(TestCluster cluster, int hour)
    {
        cluster.Clock.SetUtcNow(Hour(hour));
        await RanAsync(cluster, hour);
    }

    private async Task RanAsync(TestCluster cluster, int hour)
    {
        Assert.Equal(Hour(hour), await _ran.Reader.ReadAsync(Stop));
        await cluster.Client.WaitAsync(RunId.Of("hourly", Hour(hour)), Stop);
    }
}
