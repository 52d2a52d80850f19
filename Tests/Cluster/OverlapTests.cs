using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>
/// Tests occurrences that are due while an earlier run executes. Handlers run until the test releases them or until they are cancelled.
/// </summary>
public sealed class OverlapTests
{
    private readonly Channel<Happening> _happenings = Channel.CreateUnbounded<Happening>();
    private readonly SemaphoreSlim _release = new(0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(OverlapPolicy.Skip, null, "+1 -1 +6 -6")]
    [InlineData(OverlapPolicy.QueueOne, null, "+1 -1 +2 -2 +6 -6")]
    [InlineData(OverlapPolicy.QueueAll, null, "+1 -1 +2 -2 +3 -3 +4 -4 +5 -5 +6 -6")]
    [InlineData(OverlapPolicy.QueueAll, 2, "+1 -1 +2 -2 +3 -3 +6 -6")]
    public async Task Occurrences_WhileOneIsInProgress_FollowTheOverlapPolicy(OverlapPolicy policy, int? limit, string expected)
    {
        await using var cluster = await StartAsync(new TaskOptions { Overlap = policy, MaxQueuedOccurrences = limit });
        var log = new List<string>();

        for (var n = 1; n <= 5; n++)
        {
            cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(n));

            // The answer shows that the grain has had its turn.
            await SettledAsync(cluster, n);
            if (n == 1)
            {
                log.Add((await ReadAsync()).ToString());
            }
        }

        var expectedRuns = expected.Split(' ').Length / 2;
        for (var run = 1; run < expectedRuns; run++)
        {
            _release.Release();
            log.Add((await ReadAsync()).ToString());
            if (run < expectedRuns - 1)
            {
                log.Add((await ReadAsync()).ToString());
            }
        }

        await EndedAsync(cluster, expectedRuns - 1);
        cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(6));
        log.Add((await ReadAsync()).ToString());
        _release.Release();
        log.Add((await ReadAsync()).ToString());

        Assert.Equal(expected, string.Join(' ', log));
        Assert.False(_happenings.Reader.TryRead(out _));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelRunning_NewOccurrence_StopsTheRunAndStartsTheNewest()
    {
        await using var cluster = await StartAsync(new TaskOptions { Overlap = OverlapPolicy.CancelRunning });
        cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(1));
        Assert.Equal("+1", (await ReadAsync()).ToString());

        cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(2));
        Assert.Equal("!1", (await ReadAsync()).ToString());
        Assert.Equal("+2", (await ReadAsync()).ToString());
        _release.Release();
        Assert.Equal("-2", (await ReadAsync()).ToString());

        var results = await EndedAsync(cluster, 2);
        Assert.Equal([RunStatus.Cancelled, RunStatus.Succeeded], results.Select(r => r.Status));
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task CancelRunning_OfAHandlerThatIgnoresItsToken_WaitsUntilItEnds()
    {
        await using var cluster = await StartAsync(new TaskOptions { Overlap = OverlapPolicy.CancelRunning }, obeys: false);
        cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(1));
        Assert.Equal("+1", (await ReadAsync()).ToString());

        for (var n = 2; n <= 3; n++)
        {
            cluster.Clock.SetUtcNow(TestCluster.Start.AddMinutes(n));
            await SettledAsync(cluster, n);
        }

        var runs = await cluster.Client.GetTask("slow").RunsAsync(ct: Stop);
        Assert.Equal([TestCluster.Start.AddMinutes(3), TestCluster.Start.AddMinutes(1)], runs.Select(r => r.ScheduledAt));
        Assert.True(runs[1].CancelRequested);
        Assert.Equal((RunStatus.Waiting, "the run of an earlier occurrence to end"), (runs[0].Status, runs[0].WaitingFor));
        Assert.False(_happenings.Reader.TryRead(out _));

        _release.Release();
        Assert.Equal("-1", (await ReadAsync()).ToString());
        Assert.Equal("+3", (await ReadAsync()).ToString());

        // Without this, the silo would wait for the run when it stops.
        _release.Release();
        Assert.Equal("-3", (await ReadAsync()).ToString());
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtMostOnce)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    public async Task QueueAll_SiloLost_RunsQueuedOccurrencesElsewhere(RunGuarantee guarantee)
    {
        var storage = new SharedStorage();
        var options = new TaskOptions { Overlap = OverlapPolicy.QueueAll, Guarantee = guarantee, MisfireThreshold = TimeSpan.FromHours(1) };
        await using (var first = await StartAsync(options, storage: storage))
        {
            for (var n = 1; n <= 3; n++)
            {
                first.Clock.SetUtcNow(TestCluster.Start.AddMinutes(n));
                await SettledAsync(first, n);
            }

            Assert.Equal("+1", (await ReadAsync()).ToString());
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(options, storage: storage, at: TestCluster.Start.AddMinutes(3.5));
        var expected = guarantee == RunGuarantee.AtMostOnce ? new[] { 2, 3 } : [1, 2, 3];
        foreach (var n in expected)
        {
            Assert.Equal($"+{n}", (await ReadStartAsync()).ToString());
            _release.Release();
        }

        Assert.Equal(3, (await EndedAsync(second, 3)).Count);
    }

    private Task<TestCluster> StartAsync(TaskOptions options, bool obeys = true, SharedStorage? storage = null,
        DateTimeOffset? at = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Schedule("slow", TaskSchedule.Every(TimeSpan.FromMinutes(1), TestCluster.Start),
                async (TaskRunContext run, CancellationToken stop) =>
        {
            var number = (int)(run.ScheduledAt - TestCluster.Start).TotalMinutes;
            _happenings.Writer.TryWrite(new Happening('+', number));
            try
            {
                await _release.WaitAsync(obeys ? stop : CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                _happenings.Writer.TryWrite(new Happening('!', number));
                throw;
            }

            _happenings.Writer.TryWrite(new Happening('-', number));
        }, options),
        storage: storage,
        at: at);

    /// <summary>Waits until the task has processed the occurrence of a minute, so that the following one is next.</summary>
    private static async Task SettledAsync(TestCluster cluster, int minute)
    {
        var info = await cluster.Client.GetTask("slow").DescribeAsync(Stop);
        Assert.Equal(TestCluster.Start.AddMinutes(minute + 1), info.NextDue);
        await cluster.Client.GetTask("slow").RunsAsync(ct: Stop);
    }

    private static async Task<IReadOnlyList<TaskResult>> EndedAsync(TestCluster cluster, int count)
    {
        await using var subscription = await cluster.Client.SubscribeResultsAsync("slow", after: 0, ct: Stop);
        return await subscription.Take(count).ToListAsync(Stop);
    }

    private ValueTask<Happening> ReadAsync() => _happenings.Reader.ReadAsync(Stop);

    private async Task<Happening> ReadStartAsync()
    {
        while (true)
        {
            if (await ReadAsync() is { Kind: '+' } start)
            {
                return start;
            }
        }
    }

    private readonly record struct Happening(char Kind, int Minute)
    {
        public override string ToString() => $"{Kind}{Minute}";
    }
}
