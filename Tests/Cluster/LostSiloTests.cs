using System.Threading.Channels;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests runs that lose their silo again and again, as runs do that end their process.</summary>
public sealed class LostSiloTests
{
    private const int LostSilo = 362;
    private readonly SharedStorage _storage = new();
    private readonly Channel<(string What, int Attempt)> _started = Channel.CreateUnbounded<(string, int)>();
    private readonly TaskCompletionSource _end = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 3 * TestCluster.TestTimeout)]
    [InlineData(null, 3)]
    [InlineData(1, 1)]
    public async Task Restart_WithARunThatCrashesItsSilo_EndsItAsLostAfterTheLimit(int? maxLosses, int losses)
    {
        RunId? run = null;
        for (var start = 0; start < losses; start++)
        {
            await using var cluster = await StartAsync(start, maxLosses);
            run ??= await cluster.Client.DispatchAsync("deadly", ["dispatched"], ct: Stop);
            await AttemptAsync(cluster, start);
            Assert.Equal((start, start + 1),
                await cluster.Client.GetRunAsync(run.Value, Stop) is { } info ? (info.Losses, info.Attempt) : default);
            await cluster.KillSiloAsync(cluster.Silos[0]);
        }

        await using var last = await StartAsync(losses, maxLosses);
        var result = await last.Client.WaitAsync(run!.Value, Stop);
        Assert.Equal((RunStatus.Lost, losses), (result.Status, result.Attempt));
        Assert.Contains("MaxLosses", result.Error, StringComparison.Ordinal);
        Assert.False(_started.Reader.TryRead(out _));
        _end.SetResult();
    }

    [Fact(Timeout = 3 * TestCluster.TestTimeout)]
    public async Task Restart_AfterAGracefulStop_CountsNoLoss()
    {
        RunId cut, waiting;
        await using (var first = await StartAsync(0, null))
        {
            cut = await first.Client.DispatchAsync("single", ["cut"], ct: Stop);
            Assert.Equal(("cut", 1), await _started.Reader.ReadAsync(Stop));
            waiting = await first.Client.DispatchAsync("single", ["waiting"], ct: Stop);
            await first.StopSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(1, null);
        Assert.Equal(0, (await second.Client.GetRunAsync(cut, Stop))!.Losses);
        Assert.Equal(0, (await second.Client.GetRunAsync(waiting, Stop))!.Losses);
        _end.SetResult();
        Assert.Equal(2, (await second.Client.WaitAsync(cut, Stop)).Attempt);
        Assert.Equal(1, (await second.Client.WaitAsync(waiting, Stop)).Attempt);
    }

    [Fact(Timeout = 2 * TestCluster.TestTimeout)]
    public async Task CancelRunAsync_ThenTheSiloIsLost_RunIsNotRepeated()
    {
        RunId run;
        await using (var first = await StartAsync(0, null))
        {
            run = await first.Client.DispatchAsync("stubborn", ["cancelled"], ct: Stop);
            Assert.Equal(("cancelled", 1), await _started.Reader.ReadAsync(Stop));
            Assert.True(await first.Client.CancelRunAsync(run, Stop));
            Assert.True((await first.Client.GetRunAsync(run, Stop))!.CancelRequested);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(1, null);
        Assert.Equal(RunStatus.Cancelled, (await second.Client.WaitAsync(run, Stop)).Status);
        second.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("after", await second.Client.RunAsync<string>("echo", ["after"], ct: Stop));
        Assert.False(_started.Reader.TryRead(out _));
        _end.SetResult();
    }

    private async Task AttemptAsync(TestCluster cluster, int losses)
    {
        if (losses > 1)
        {
            await _logs.UntilAsync(LostSilo, losses);
            cluster.Clock.Advance(TimeSpan.FromSeconds(12));
        }

        Assert.Equal(("dispatched", losses + 1), await _started.Reader.ReadAsync(Stop));
    }

    private readonly LogWatch _logs = new();

    private Task<TestCluster> StartAsync(int start, int? maxLosses) => TestCluster.StartAsync(
        1,
        (tasks, _) => tasks
            .Define("echo", (string what) => what)
            .Define("stubborn", (string what, TaskRunContext run) => Work(what, run, CancellationToken.None))
            .Define("deadly", Work, new TaskOptions { MaxLosses = maxLosses })
            .Define("single", (string what, TaskRunContext run, CancellationToken stop) => Work(what, run, stop),
                new TaskOptions { MaxConcurrentRuns = 1 }),
        options: o => o.DrainTimeout = TimeSpan.Zero,
        storage: _storage,
        at: TestCluster.Start.AddMinutes(start),
        logs: _logs);

    private async Task Work(string what, TaskRunContext run, CancellationToken stop)
    {
        _started.Writer.TryWrite((what, run.Attempt));
        await _end.Task.WaitAsync(stop);
    }
}
