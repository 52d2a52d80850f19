using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Client;
using OrleansTasks.Client.Links;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how the client requests runs for which it waits.</summary>
public sealed class RunCallerTests
{
    private readonly FakeTimeProvider _clock = new(TaskRig.Start);
    private readonly FakeOf<ITaskGrain> _grain = FakeOf<ITaskGrain>.New();
    private Guid _activation = Guid.NewGuid();
    private ClusterLink? _link;

    /// <summary>
    /// An activation that started recently refuses the first request of a client that does not know it. The client repeats the request at
    /// once with the activation's name, and uses that name from then on.
    /// </summary>
    [Fact]
    public async Task RunAsync_TaskMoved_ResendsTheRequest()
    {
        var caller = Caller();
        Assert.Equal(RunStatus.Succeeded, (await RunAsync(caller)).Status);
        await RunAsync(caller);
        Assert.Equal([Guid.Empty, _activation, _activation], Requests.Select(static r => r.Met!.Value));
        Assert.Equal(Requests[0].Id, Requests[1].Id);
        Assert.DoesNotContain(Requests, static r => r.Repeated);

        _activation = Guid.NewGuid();
        await RunAsync(caller);
        Assert.Equal(_activation, Requests[^1].Met);
        Assert.Equal(5, Requests.Count);
    }

    /// <summary>The client pauses between its attempts, and gives up in the end.</summary>
    [Fact]
    public async Task RunAsync_TaskMovesRepeatedly_Fails()
    {
        var caller = Caller();
        _grain.On(nameof(ITaskGrain.BeginRunAsync),
            static _ => new ValueTask<TaskResult?>(Task.FromException<TaskResult?>(new UnmetActivationException("t", Guid.NewGuid()))));
        var run = RunAsync(caller);
        Assert.Equal(2, Requests.Count);
        for (var n = 0; n < 100 && !run.IsCompleted; n++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<ClusterUnreachableException>(() => run);
    }

    /// <summary>
    /// When a silo is lost, the client repeats all its requests there. It learns the name of the task's next activation only once.
    /// </summary>
    [Fact]
    public async Task RunAsync_TaskSeenByAnotherCall_RepeatsWithItsActivation()
    {
        var caller = Caller();
        var lost = new TaskCompletionSource<TaskResult?>();
        _grain.On(nameof(ITaskGrain.BeginRunAsync), _ => new ValueTask<TaskResult?>(lost.Task));
        var run = RunAsync(caller);
        Answer();
        await RunAsync(caller);

        lost.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await run;
        Assert.Equal((_activation, true), (Requests[^1].Met!.Value, Requests[^1].Repeated));
        Assert.Equal(4, Requests.Count);
    }

    /// <summary>Orleans does not report that the silo with the call is gone. The run's handler may have ended it.</summary>
    [Theory]
    [InlineData("none", 0)]
    [InlineData("all", 1)]
    [InlineData("one of two", 1)]
    public async Task RunAsync_NoResponse_CountsALossIfAConnectionWasLost(string lost, int losses)
    {
        var caller = Caller();
        var answers = new Queue<TaskCompletionSource<TaskResult?>>([new(), new()]);
        var (first, second) = (answers.First(), answers.Last());
        _grain.On(nameof(ITaskGrain.BeginRunAsync), _ => new ValueTask<TaskResult?>(answers.Dequeue().Task));
        var run = caller.RunAsync(new RunId("t", Guid.NewGuid()), null, null, CancellationToken.None);
        if (lost == "all")
        {
            _link!.NotifyClusterConnectionLost();
            _link.NotifyGatewayCountChanged(1, 0, true);
        }
        else if (lost != "none")
        {
            _link!.NotifyGatewayCountChanged(1, 2, false);
        }

        first.SetException(new TimeoutException());
        _clock.Advance(TimeSpan.FromSeconds(1));
        second.SetResult(new TaskResult { RunId = new RunId("t", Requests[0].Id), Status = RunStatus.Succeeded });
        await run;
        Assert.Equal([(0, false), (losses, true)], Requests.Select(static r => (r.Losses, r.Repeated)));
    }

    [Fact]
    public void Meet_ManyTasks_ForgetsTheOldest()
    {
        var met = new MetActivations();
        for (var n = 0; n <= MetActivations.Most; n++)
        {
            met.Meet($"t{n}", _activation);
        }

        Assert.Equal((Guid.Empty, _activation), (met.Of("t0"), met.Of($"t{MetActivations.Most}")));
    }

    private Task<TaskResult> RunAsync(RunCaller caller) => caller.RunAsync(RunId.New("t", _clock), null, null, CancellationToken.None);

    private IReadOnlyList<RunRequest> Requests =>
        [.. _grain.CallsOf(nameof(ITaskGrain.BeginRunAsync)).Select(static a => (RunRequest)a[0]!)];

    private void Answer() => _grain.On(nameof(ITaskGrain.BeginRunAsync), a => a[0] is RunRequest request && request.Met == _activation
        ? new ValueTask<TaskResult?>(new TaskResult { RunId = new RunId("t", request.Id), Status = RunStatus.Succeeded })
        : new ValueTask<TaskResult?>(Task.FromException<TaskResult?>(new UnmetActivationException("t", _activation))));

    private RunCaller Caller()
    {
        Answer();
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain), _ => _grain.Face);
        _link = new ClusterLink(_clock, NullLogger.Instance);
        _link.Start();
        return new RunCaller(grains.Face, new ClusterCalls(_link, _clock, new TaskClientOptions(), NullLogger.Instance), _clock);
    }
}
