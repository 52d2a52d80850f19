using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Client;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests handlers that wait for other runs.</summary>
public sealed class RunWaitsTests
{
    private static readonly RunId Other = new("other", Guid.NewGuid());
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeOf<ITaskEngine> _engine = FakeOf<ITaskEngine>.New()
        .On(nameof(ITaskEngine.AwaitsAsync), static _ => Task.FromResult(true));
    private readonly FakeOf<ITaskGrain> _task = FakeOf<ITaskGrain>.New();
    private readonly FakeOf<IBatchEngine> _batch = FakeOf<IBatchEngine>.New()
        .On(nameof(IBatchEngine.PendingTasksAsync), static _ => Task.FromResult<IReadOnlyList<string>>(["other"]));
    private readonly FakeOf<IAttemptHost> _host = FakeOf<IAttemptHost>.New();

    /// <summary>
    /// The awaited run ends while the silo reports that the waiting run is stuck. The handler continues without waiting for that report.
    /// </summary>
    [Fact]
    public async Task Dispose_DuringAStuckReport_Completes()
    {
        var (said, never) = (false, new TaskCompletionSource());
        _engine.On(nameof(ITaskEngine.StuckAsync), _ =>
        {
            said = true;
            return never.Task;
        });
        _task.On(nameof(ITaskGrain.GetRunAsync),
            static _ => Task.FromResult<RunInfo?>(new RunInfo { RunId = Other, Status = RunStatus.Waiting, WaitingFor = "a place" }));
        var wait = Begin(RunnerRig.Order(1), Other)!;
        Pass(() => said);

        await EndAsync(wait);

        Assert.Equal([nameof(IAttemptHost.ReleasePlace), nameof(IAttemptHost.TakePlaceAsync)], _host.Called);
    }

    /// <summary>The task is told about a wait for a batch, as about a wait for a run, and lends its places.</summary>
    [Fact]
    public async Task Begin_WaitForABatch_NotifiesTheTask()
    {
        var batch = Awaited.OfBatch(Guid.NewGuid());
        _engine.On(nameof(ITaskEngine.OfBatchAsync), static _ => Task.FromResult(BatchWork.None));
        var wait = Begin(RunnerRig.Order(1), batch)!;
        Pass(() => _engine.Called.Contains(nameof(ITaskEngine.OfBatchAsync)));

        await EndAsync(wait);

        Assert.Equal([(batch, true), (batch, false)],
            _engine.CallsOf(nameof(ITaskEngine.AwaitsAsync)).Select(static c => ((Awaited)c[1]!, (bool)c[2]!)));
        Assert.Null(wait.Failure);
    }

    /// <summary>Seen from a run that waits for a batch in which another run waits for it, and seen from that other run.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Begin_CircularWaitThroughABatch_IsADeadlock(bool isOfTheBatch)
    {
        var batch = Guid.NewGuid();
        var order = RunnerRig.Order(1) with { Batch = isOfTheBatch ? new BatchMember(batch, 0) : null };
        _engine.On(nameof(ITaskEngine.OfBatchAsync),
            _ => Task.FromResult(new BatchWork { Awaiting = [new AwaitingRun(Other, [order.RunId])] }));
        _task.On(nameof(ITaskGrain.GetRunAsync),
            _ => Task.FromResult<RunInfo?>(new RunInfo { RunId = Other, Status = RunStatus.Running, AwaitsBatches = [batch] }));
        var wait = Begin(order, isOfTheBatch ? Other : Awaited.OfBatch(batch))!;
        Pass(() => wait.Failure is not null);

        var failure = Assert.IsType<RunCycleException>(wait.Failure);
        Assert.True(wait.Hopeless.IsCancellationRequested);
        Assert.Equal([order.RunId, Other, order.RunId], failure.Runs);
        await EndAsync(wait);
    }

    [Fact]
    public void Begin_WaitForItselfOrItsOwnBatch_IsRejectedImmediately()
    {
        var batch = Guid.NewGuid();
        var order = RunnerRig.Order(1) with { Batch = new BatchMember(batch, 0) };

        Assert.Equal([order.RunId, order.RunId], Assert.Throws<RunCycleException>(() => Begin(order, order.RunId)).Runs);
        Assert.Equal([order.RunId, order.RunId], Assert.Throws<RunCycleException>(() => Begin(order, Awaited.OfBatch(batch))).Runs);
        Assert.Empty(_host.Called);
    }

    private static Task EndAsync(IRunWait wait) =>
        wait.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private IRunWait? Begin(RunOrder order, Awaited awaited)
    {
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain), a => (Type)a[0]! switch
        {
            var type when type == typeof(ITaskEngine) => _engine.Face,
            var type when type == typeof(IBatchEngine) => _batch.Face,
            _ => _task.Face,
        });
        RunFlow.Current = new RunningRun(_host.Face, order, null!, null!, default);
        try
        {
            return new RunWaits(grains.Face, _clock, NullLogger<RunWaits>.Instance).Begin(awaited.Run, awaited.Batch);
        }
        finally
        {
            RunFlow.Current = null;
        }
    }

    private void Pass(Func<bool> isEnough)
    {
        for (var n = 0; n < 20 && !isEnough(); n++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(isEnough());
    }
}
