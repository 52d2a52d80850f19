using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Handlers that wait for other runs.</summary>
public sealed class RunWaitsTests
{
    /// <summary>What a handler waits for has ended while it is being said that it is stuck: it goes on, and does not wait for that to be heard.</summary>
    [Fact]
    public async Task Dispose_WhileItIsSaidThatTheRunIsStuck_GoesOn()
    {
        var clock = new FakeTimeProvider();
        var (said, never) = (false, new TaskCompletionSource());
        var other = new RunId("other", Guid.NewGuid());
        var engine = FakeOf<ITaskEngine>.New()
            .On(nameof(ITaskEngine.AwaitsAsync), static _ => Task.FromResult(true))
            .On(nameof(ITaskEngine.StuckAsync), _ =>
            {
                said = true;
                return never.Task;
            });
        var task = FakeOf<ITaskGrain>.New()
            .On(nameof(ITaskGrain.GetRunAsync), _ => Task.FromResult<RunInfo?>(new RunInfo { RunId = other, Status = RunStatus.Waiting, WaitingFor = "a place" }));
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain), a => (Type)a[0]! == typeof(ITaskEngine) ? engine.Face : task.Face);
        var host = FakeOf<IAttemptHost>.New();
        var waits = new RunWaits(grains.Face, clock, NullLogger<RunWaits>.Instance);
        RunFlow.Current = new RunningRun(host.Face, RunnerRig.Order(1), null!, null!, default);
        var wait = waits.Begin(other)!;
        RunFlow.Current = null;
        for (var n = 0; n < 20 && !said; n++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(said);
        await wait.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal([nameof(IAttemptHost.ReleasePlace), nameof(IAttemptHost.TakePlaceAsync)], host.Called);
    }
}
