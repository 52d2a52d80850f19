using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests that a run continues where its last attempt was.</summary>
[Long]
public sealed class CheckpointTests
{
    private readonly SharedStorage _storage = new();
    private readonly Channel<(int Attempt, string Silo)> _at = Channel.CreateUnbounded<(int, string)>();
    private readonly ConcurrentQueue<(int Attempt, int Item)> _begun = new();
    private readonly TaskCompletionSource _goOn = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 2 * TestCluster.TestTimeout)]
    [InlineData(1, 500)]
    [InlineData(300, 300)]
    public async Task KillOfTheOnlySilo_AtItem500Of1000_NextAttemptBeginsAtTheLastStoredPosition(int every, int next)
    {
        RunId run;
        await using (var first = await StartAsync(1, every))
        {
            run = await first.Client.DispatchAsync("thousand", ct: Stop);
            Assert.Equal(1, (await _at.Reader.ReadAsync(Stop)).Attempt);
            Assert.NotNull((await first.Client.GetRunAsync(run, Stop))!.CheckpointAt);
            await first.KillSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(1, every, minutes: 1);
        Assert.Equal(2, (await _at.Reader.ReadAsync(Stop)).Attempt);
        var info = await second.Client.GetRunAsync(run, Stop);
        Assert.Equal((0, 2), (info!.Losses, info.Attempt));
        _goOn.SetResult();
        Assert.Equal(1000, (await second.Client.WaitAsync(run, Stop)).GetValue<int>());
        Assert.Equal(Enumerable.Range(next, 1000 - next), _begun.Where(b => b.Attempt == 2).Select(b => b.Item));
    }

    [Theory(Timeout = 2 * TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtLeastOnce, RunStatus.Succeeded)]
    [InlineData(RunGuarantee.AtMostOnce, RunStatus.Lost)]
    public async Task KillOfTheOnlySilo_DuringAnOccurrence_FollowsTheGuarantee(RunGuarantee guarantee, RunStatus status)
    {
        await using (var first = await StartAsync(1, 100))
        {
            await first.Client.ScheduleAsync(
                new TaskRegistration
                {
                    Name = "hourly",
                    Handler = "thousand",
                    Schedule = TaskSchedule.Every(TimeSpan.FromHours(1), TestCluster.Start),
                    Options = new TaskOptions { Guarantee = guarantee },
                },
                Stop);
            first.Clock.Advance(TimeSpan.FromHours(1));
            await _at.Reader.ReadAsync(Stop);
            await first.KillSiloAsync(first.Silos[0]);
        }

        _goOn.SetResult();
        await using var second = await StartAsync(1, 100, minutes: 61);
        var result = await second.Client.WaitAsync(RunId.Of("hourly", TestCluster.Start.AddHours(1)), Stop);
        Assert.Equal(status, result.Status);
        Assert.Equal(status == RunStatus.Lost ? [] : Enumerable.Range(500, 500), _begun.Where(b => b.Attempt == 2).Select(b => b.Item));
        Assert.Single((await second.Client.GetTask("hourly").HistoryAsync(ct: Stop)).Results);
    }

    [Theory(Timeout = 3 * TestCluster.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KillOfOneOfThreeSilos_AtItem500_AnotherSiloBeginsThere(bool isAwaited)
    {
        await using var cluster = await StartAsync(3, 100, realTime: true);
        var ended = isAwaited
            ? cluster.Client.RunAsync("thousand", options: new RunOptions { Guarantee = RunGuarantee.AtLeastOnce }, ct: Stop)
            : DispatchedAsync(cluster.Client);
        var (_, silo) = await _at.Reader.ReadAsync(Stop);
        await cluster.KillSiloAsync(cluster.Silos.Single(s => s.SiloAddress.ToString() == silo));

        var (attempt, other) = await _at.Reader.ReadAsync(Stop);
        Assert.Equal(2, attempt);
        Assert.NotEqual(silo, other);
        _goOn.SetResult();
        Assert.Equal(1000, (await ended).GetValue<int>());
        Assert.Equal(Enumerable.Range(500, 500), _begun.Where(b => b.Attempt == 2).Select(b => b.Item));
    }

    [Theory(Timeout = 2 * TestCluster.TestTimeout)]
    [InlineData(null)]
    [InlineData(400)]
    public async Task StopOfASilo_InTheMiddleOfAList_NextAttemptBeginsAtTheItemThatWasLeft(int? every)
    {
        RunId run;
        await using (var first = await StartAsync(1, every))
        {
            run = await first.Client.DispatchAsync("thousand", ct: Stop);
            await _at.Reader.ReadAsync(Stop);
            await first.StopSiloAsync(first.Silos[0]);
        }

        await using var second = await StartAsync(1, every, minutes: 1);
        Assert.Equal(2, (await _at.Reader.ReadAsync(Stop)).Attempt);
        var info = await second.Client.GetRunAsync(run, Stop);
        Assert.Equal((0, 0), (info!.Losses, info.Failures));
        _goOn.SetResult();
        Assert.Equal(1000, (await second.Client.WaitAsync(run, Stop)).GetValue<int>());
        Assert.Equal(Enumerable.Range(500, 500), _begun.Where(b => b.Attempt == 2).Select(b => b.Item));
    }

    [Theory(Timeout = 3 * TestCluster.TestTimeout)]
    [InlineData(null)]
    [InlineData(100)]
    public async Task DrainAsync_ThenStopOfTheSilo_AnotherSiloBeginsAtTheItemThatWasLeft(int? every)
    {
        await using var cluster = await StartAsync(2, every, realTime: true);
        var run = await cluster.Client.DispatchAsync("thousand", ct: Stop);
        var (_, silo) = await _at.Reader.ReadAsync(Stop);
        Assert.Equal(1, (await cluster.Client.DrainAsync(silo, Stop)).Running);
        await cluster.StopSiloAsync(cluster.Silos.Single(s => s.SiloAddress.ToString() == silo));

        var (attempt, other) = await _at.Reader.ReadAsync(Stop);
        Assert.Equal(2, attempt);
        Assert.NotEqual(silo, other);
        var info = await cluster.Client.GetRunAsync(run, Stop);
        Assert.Equal((0, 0), (info!.Losses, info.Failures));
        _goOn.SetResult();
        Assert.Equal(1000, (await cluster.Client.WaitAsync(run, Stop)).GetValue<int>());
        Assert.Equal(Enumerable.Range(500, 500), _begun.Where(b => b.Attempt == 2).Select(b => b.Item));
    }

    [Theory(Timeout = 2 * TestCluster.TestTimeout)]
    [InlineData(RunGuarantee.AtLeastOnce)]
    [InlineData(RunGuarantee.AtMostOnce)]
    public async Task RetryAfterAFailure_WithAValueAndAStep_FindsBothAndDoesNotRepeatTheStep(RunGuarantee guarantee)
    {
        var charged = 0;
        await using var cluster = await TestCluster.StartAsync(1, realTime: true, tasks: (tasks, _) => tasks.Define(
            "order",
            async (TaskRunContext run) =>
            {
                var receipt = await run.StepAsync("charge", () => Task.FromResult($"receipt {++charged}"));
                if (!run.HasCheckpoint)
                {
                    await run.SaveCheckpointAsync(new Position(7));
                    throw new InvalidOperationException("once");
                }

                return $"{receipt}, {run.Checkpoint<Position>()!.Page}, {run.Attempt}";
            },
            new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } }));
        var run = await cluster.Client.DispatchAsync("order", options: new DispatchOptions { Guarantee = guarantee }, ct: Stop);

        Assert.Equal("receipt 1, 7, 2", (await cluster.Client.WaitAsync(run, Stop)).GetValue<string>());
        Assert.Equal(1, charged);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task SaveCheckpointAsync_OfTooMuch_FailsTheAttemptAndNamesTheLimit()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) =>
            tasks.Define("large", (TaskRunContext run) => run.SaveCheckpointAsync(new string('x', 70_000))));
        var result = await cluster.Client.RunAsync("large", ct: Stop);
        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Contains("MaxCheckpointSize", result.Error, StringComparison.Ordinal);
    }

    private static async Task<TaskResult> DispatchedAsync(ITaskClient client) =>
        await client.WaitAsync(await client.DispatchAsync("thousand", ct: Stop), Stop);

    private Task<TestCluster> StartAsync(int silos, int? every, bool realTime = false, int minutes = 0) => TestCluster.StartAsync(
        silos,
        (tasks, _) => tasks.Define("thousand", async (TaskRunContext run, ILocalSiloDetails silo, CancellationToken stop) =>
        {
            var isFirst = true;
            await foreach (var item in run.Items(Enumerable.Range(0, 1000).ToList(), every))
            {
                _begun.Enqueue((run.Attempt, item));
                if (item == 500 || (run.Attempt > 1 && isFirst))
                {
                    _at.Writer.TryWrite((run.Attempt, silo.SiloAddress.ToString()));
                    await _goOn.Task.WaitAsync(stop);
                }

                isFirst = false;
            }

            return 1000;
        }),
        realTime,
        options: o => (o.DrainTimeout, o.Limits.MinCheckpointInterval) = (TimeSpan.Zero, TimeSpan.Zero),
        storage: _storage,
        at: TestCluster.Start.AddMinutes(minutes));

    private sealed record Position(int Page);
}
