using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests failing storage, and restarts after a full outage.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<(string Task, DateTimeOffset Due)> _fired = new();
    private readonly Happenings _firings = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(nameof(StorageFailure.Refuses))]
    [InlineData(nameof(StorageFailure.StoresAndDoesNotAnswer))]
    public async Task Storage_TemporaryFailure_DelaysOnlyStoredWorkAndRepeatsNothing(string failure)
    {
        var storage = new SharedStorage();
        using var logs = new LogCounter();
        await using var cluster = await TestCluster.StartAsync(1, Code, options: o => o.Partitions = 1, storage: storage, logs: logs);
        await AdvanceAsync(cluster, 2, "most", "least");
        await cluster.Client.RunAsync<int>("echo", [1], ct: Stop);

        storage.Failure = Enum.Parse<StorageFailure>(failure);
        await AdvanceAsync(cluster, 4, "least");
        var dispatch = cluster.Client.DispatchAsync("echo", [7], ct: Stop);
        Assert.Equal(7, await cluster.Client.RunAsync<int>("echo", [7], ct: Stop));
        await storage.Changes.UntilAsync(() => storage.FailuresOf("ot-log") > 0);
        Assert.False(dispatch.IsCompleted);
        Assert.Equal(2, Fired("most").Count);

        storage.Failure = StorageFailure.None;
        var result = await cluster.Client.WaitAsync(await dispatch, Stop);
        await _firings.UntilAsync(() => Fired("most").Count == 6);
        await AdvanceAsync(cluster, 1, "most", "least");

        Assert.Equal(RunStatus.Succeeded, result.Status);
        Assert.Equal(Instants(1, 7), Fired("most"));
        Assert.Equal(Instants(1, 7), Fired("least"));
        Assert.Equal(1, logs.Count("Writing to storage failed, first for"));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Storage_TemporaryFailure_IsRecordedInTheLedger()
    {
        var storage = new SharedStorage();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, silo) =>
        {
            Code(tasks, silo);
            tasks.Schedule("plain", TaskSchedule.Every(Second, TestCluster.Start), (TaskRunContext run) => Note(run));
        }, options: o => o.Partitions = 1, storage: storage);
        await AdvanceAsync(cluster, 2, "plain", "least");

        storage.Failure = StorageFailure.Refuses;
        await AdvanceAsync(cluster, 4, "least");
        await storage.Changes.UntilAsync(() => storage.Failures > 0);
        storage.Failure = StorageFailure.None;

        // The third occurrence waited for storage and runs late, but not for so long that later ones must be skipped.
        await _firings.UntilAsync(() => Fired("plain").Contains(TestCluster.Start + (3 * Second)));
        await AdvanceAsync(cluster, 1, "plain", "least");
        var ledger = await cluster.Client.GetTask("plain").LedgerAsync(ct: Stop);
        Assert.DoesNotContain(ledger.Totals, t => t.Reason == OutcomeReason.Overlap);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    public async Task Cluster_KilledAndRestartedSoon_CatchesUpOnMissedOccurrences(RunGuarantee guarantee)
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, Tick(guarantee), storage: storage))
        {
            await AdvanceAsync(first, 3, "tick");
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await TestCluster.StartAsync(1, Tick(guarantee), storage: storage, at: TestCluster.Start + (8 * Second));
        await _firings.UntilAsync(() => Fired("tick").Distinct().Count() == 8);
        await AdvanceAsync(second, 2, "tick");

        Assert.Equal(Instants(1, 10), Fired("tick").Distinct().Order());
        if (guarantee == RunGuarantee.AtMostOnce)
        {
            Assert.Equal(10, Fired("tick").Count);
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Cluster_DownForLong_SkipsOccurrencesThatAreTooLate()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, Tick(RunGuarantee.AtMostOnce), storage: storage))
        {
            await AdvanceAsync(first, 2, "tick");
        }

        // MisfireThreshold is ten seconds by default.
        await using var second = await TestCluster.StartAsync(1, Tick(RunGuarantee.AtMostOnce), storage: storage,
            at: TestCluster.Start + TimeSpan.FromDays(1));
        await AdvanceAsync(second, 2, "tick");
        await _firings.UntilAsync(() => Fired("tick").Contains(TestCluster.Start + TimeSpan.FromDays(1)));

        var late = Fired("tick").Skip(2).ToList();
        Assert.All(late, due => Assert.True(due >= TestCluster.Start + TimeSpan.FromDays(1) - TimeSpan.FromSeconds(11), $"{due:O}"));
        Assert.Equal(late.Count, late.Distinct().Count());
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task PausedTask_Resumed_DoesNotCatchUpOnThePause()
    {
        var storage = new SharedStorage();
        await using (var first = await TestCluster.StartAsync(1, Tick(RunGuarantee.AtMostOnce), storage: storage))
        {
            await AdvanceAsync(first, 2, "tick");
            await first.Client.GetTask("tick").PauseAsync(ct: Stop);
            first.Clock.Advance(4 * Second);
            await first.Client.GetTask("tick").ResumeAsync(Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await TestCluster.StartAsync(1, Tick(RunGuarantee.AtMostOnce), storage: storage,
            at: TestCluster.Start + (8 * Second));
        await _firings.UntilAsync(() => Fired("tick").Count == 4);
        Assert.Equal([.. Instants(1, 2), .. Instants(7, 8)], Fired("tick"));
    }

    private static IEnumerable<DateTimeOffset> Instants(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(n => TestCluster.Start + (n * Second));

    private List<DateTimeOffset> Fired(string task) => [.. _fired.Where(f => f.Task == task).Select(f => f.Due).Order()];

    private void Note(TaskRunContext run)
    {
        _fired.Enqueue((run.Task, run.ScheduledAt));
        _firings.Note();
    }

    private void Code(TasksBuilder tasks, int silo) => tasks
        .Schedule("most", TaskSchedule.Every(Second, TestCluster.Start), (TaskRunContext run) => Note(run),
            new TaskOptions { Guarantee = RunGuarantee.AtMostOnce, Overlap = OverlapPolicy.Allow })
        .Schedule("least", TaskSchedule.Every(Second, TestCluster.Start), (TaskRunContext run) => Note(run),
            new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce, Overlap = OverlapPolicy.Allow })
        .Define("echo", (int number) => number);

    private Action<TasksBuilder, int> Tick(RunGuarantee guarantee) => (tasks, _) => tasks.Schedule(
        "tick", TaskSchedule.Every(Second, TestCluster.Start), (TaskRunContext run) => Note(run),
        new TaskOptions { Guarantee = guarantee, Overlap = OverlapPolicy.Allow });

    /// <summary>Advances the clock second by second. Waits each time until the tasks have fired.</summary>
    private async Task AdvanceAsync(TestCluster cluster, int seconds, params string[] tasks)
    {
        for (var n = 0; n < seconds; n++)
        {
            cluster.Clock.Advance(Second);
            var now = cluster.Clock.GetUtcNow();
            await _firings.UntilAsync(() => tasks.All(t => Fired(t).Contains(now)));
        }
    }

    private sealed class LogCounter : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _messages = new();

        public int Count(string start) => _messages.Count(m => m.StartsWith(start, StringComparison.Ordinal));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            _messages.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
