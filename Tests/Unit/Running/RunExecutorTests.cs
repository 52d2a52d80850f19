using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>
/// Tests which attempts a silo's runner accepts, their order and their outcomes. Each attempt ends and returns its place, whatever happens.
/// </summary>
public sealed class RunExecutorTests
{
    [Fact]
    public async Task TryStart_NoFreePlace_WaitsByOccurrencePriorityAndOrder()
    {
        using var rig = new RunnerRig();
        var (begun, letGo) = rig.DefineHeld("held");
        var ran = new ConcurrentQueue<int>();
        rig.Define("h", (_, run) =>
        {
            ran.Enqueue((int)(run.ScheduledAt - TaskRig.Start).TotalSeconds);
            return Task.CompletedTask;
        });
        var first = rig.Start(RunnerRig.Order(0, "held"));
        await begun;
        var waiting = new[]
        {
            rig.Start(RunnerRig.Order(1, priority: RunPriority.Low)),
            rig.Start(RunnerRig.Order(2)),
            rig.Start(RunnerRig.Order(3, priority: RunPriority.High)),
            rig.Start(RunnerRig.Order(4, trigger: RunTrigger.Schedule)),
            rig.Start(RunnerRig.Order(5)),
        };
        Assert.Equal((1, 5, false), (rig.Executor.Active, rig.Executor.Queued, rig.Executor.HasRoom));

        letGo.SetResult();
        await Task.WhenAll([first.Ended, .. waiting.Select(w => w.Ended)]);
        await rig.UntilQuietAsync();

        Assert.Equal([4, 3, 2, 5, 1], ran);
        Assert.Equal((0, 0, true), (rig.Executor.Active, rig.Executor.Queued, rig.Executor.HasRoom));
    }

    [Fact]
    public void TryStart_UnknownHandler_IsRejected()
    {
        using var rig = new RunnerRig();
        Assert.False(rig.TryStart(RunnerRig.Order(1), out _));
        Assert.False(rig.Executor.Takes("h"));
        Assert.Equal(0, rig.Executor.Active);
    }

    [Fact]
    public async Task TryStart_RunAlreadyHere_IsRejectedAndTakesNoPlace()
    {
        using var rig = new RunnerRig(o => o.MaxConcurrentRuns = 5);
        var (begun, letGo) = rig.DefineHeld("h");
        var run = rig.Start(RunnerRig.Order(1) with { Offer = Guid.NewGuid(), Group = "g" });
        await begun;
        Assert.False(rig.TryStart(RunnerRig.Order(1), out _));
        Assert.Equal(1, rig.Executor.Active);
        Assert.True(rig.Executor.Holds(run.Run.Order.RunId.Value, run.Run.Order.Offer));
        Assert.False(rig.Executor.Holds(run.Run.Order.RunId.Value, Guid.NewGuid()));
        Assert.Equal(new PlacedRun(run.Run.Order.RunId, run.Run.Order.Place), Assert.Single(rig.Executor.PlacedInGroup("g")));
        Assert.Equal(TaskRig.Start, Assert.Single(rig.Executor.Holding("t")).StartedAt);

        letGo.SetResult();
        await run.Ended;
    }

    /// <summary>
    /// The silo still has an attempt while it reports the outcome. The task may order the next attempt at that moment, and was once told
    /// that there is no room.
    /// </summary>
    [Fact]
    public async Task TryStart_NextAttemptDuringTheReportOfTheLast_IsAccepted()
    {
        using var rig = new RunnerRig(o => o.MaxConcurrentRuns = 5);
        rig.Define("h", static (_, _) => Task.CompletedTask);
        RunnerRig.Watcher? next = null;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new RunnerRig.Watcher
        {
            OnEnding = _ =>
            {
                rig.TryStart(RunnerRig.Order(1) with { Attempt = 2 }, out next);
                told.SetResult();
            },
        };
        Assert.True(rig.Executor.TryStart(RunnerRig.Order(1), mayQueue: true, first, out _));
        await told.Task;

        Assert.NotNull(next);
        Assert.Equal(RunStatus.Succeeded, (await next.Ended).Status);
        await rig.UntilQuietAsync();
        Assert.Empty(rig.Executor.Holding("t"));
    }

    /// <summary>Runs that were cancelled while they waited do not take up room in the queue.</summary>
    [Fact]
    public async Task Cancel_WaitingRun_EndsItAndFreesItsSpot()
    {
        using var rig = new RunnerRig(o => o.MaxQueuedRuns = 1);
        var (begun, letGo) = rig.DefineHeld("held");
        rig.Define("h", static (_, _) => Task.CompletedTask);
        var first = rig.Start(RunnerRig.Order(0, "held"));
        await begun;
        var second = rig.Start(RunnerRig.Order(1));
        Assert.False(rig.TryStart(RunnerRig.Order(2), out _));

        Assert.True(rig.Executor.Cancel(second.Run.Order.RunId.Value, RunStatus.Cancelled));
        var outcome = await second.Ended;
        var third = rig.Start(RunnerRig.Order(2));
        letGo.SetResult();

        Assert.Equal((RunStatus.Cancelled, false, "The run was stopped before it started."),
            (outcome.Status, outcome.CutOff, outcome.Error));
        Assert.Equal(RunStatus.Succeeded, (await third.Ended).Status);
        Assert.False(rig.Executor.Cancel(second.Run.Order.RunId.Value, RunStatus.Cancelled));
        await first.Ended;
    }

    [Fact]
    public async Task End_ListenerThrows_ReleasesThePlace()
    {
        using var rig = new RunnerRig();
        rig.Define("h", static (_, _) => Task.CompletedTask);
        var first = new RunnerRig.Watcher { OnEnding = static _ => throw new InvalidOperationException("It does not want to know.") };
        Assert.True(rig.Executor.TryStart(RunnerRig.Order(1), mayQueue: true, first, out _));
        await first.Ended;
        await rig.UntilQuietAsync();

        Assert.Equal(RunStatus.Succeeded, (await rig.Start(RunnerRig.Order(2)).Ended).Status);
        await rig.UntilQuietAsync();
        Assert.Empty(rig.Executor.Holding("t"));
    }

    /// <summary>
    /// Code that outlives its handler has no place. If it lent one, it would be that of another run, and too many runs would execute.
    /// </summary>
    [Fact]
    public async Task Place_OfAnEndedRun_IsNotLent()
    {
        using var rig = new RunnerRig();
        RunningRun? left = null;
        rig.Define("h", (_, _) =>
        {
            left = RunFlow.Current;
            return Task.CompletedTask;
        });
        await rig.Start(RunnerRig.Order(1)).Ended;
        await rig.UntilQuietAsync();

        Assert.False(left!.Place.Begin());
        Assert.Equal(0, rig.Executor.Active);
    }

    [Fact]
    public async Task Place_Lent_GoesToTheNextRunAndReturnsBeforeNewRuns()
    {
        using var rig = new RunnerRig();
        var (begun, letGo) = rig.DefineHeld("held");
        RunningRun? self = null;
        var (lent, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        rig.Define("waits", async (_, _) =>
        {
            self = RunFlow.Current;
            self!.Place.Begin();
            lent.SetResult();
            await goOn.Task;
            await self.Place.EndAsync();
        });
        rig.Define("h", static (_, _) => Task.CompletedTask);
        var waits = rig.Start(RunnerRig.Order(0, "waits"));
        await lent.Task;
        var held = rig.Start(RunnerRig.Order(1, "held"));
        await begun;
        var last = rig.Start(RunnerRig.Order(2, priority: RunPriority.High));
        goOn.SetResult();
        Assert.False(waits.Ended.IsCompleted);
        letGo.SetResult();

        await Task.WhenAll(waits.Ended, held.Ended, last.Ended);
        await rig.UntilQuietAsync();
        Assert.True(self!.HasEnded);
    }

    [Fact]
    public async Task Timeout_HandlerObservesIt_EndsTheRunAsTimedOut()
    {
        using var rig = new RunnerRig();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Define("h", async (_, run) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, rig.Clock, run.CancellationToken);
        });
        var run = rig.Start(RunnerRig.Order(1) with { Timeout = TimeSpan.FromSeconds(5) });
        await begun.Task;
        rig.Clock.Advance(TimeSpan.FromSeconds(5));

        var outcome = await run.Ended;
        Assert.Equal((RunStatus.TimedOut, false, TaskRig.Start, TaskRig.Start.AddSeconds(5)),
            (outcome.Status, outcome.CutOff, outcome.StartedAt, outcome.FinishedAt));
    }

    [Fact]
    public async Task Cancel_HandlerIgnoresIt_IsReportedOnceWithTheFirstCause()
    {
        using var rig = new RunnerRig(o => o.CancellationGrace = TimeSpan.FromSeconds(10));
        var (begun, letGo) = rig.DefineHeld("h");
        var run = rig.Start(RunnerRig.Order(1));
        await begun;
        run.Run.Cancel(RunStatus.TimedOut);
        run.Run.Cancel(RunStatus.Cancelled);
        run.Run.Cancel(null);
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        rig.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((1, true), (run.Ignored, run.Run.ToHeld().Cancelling));
        Assert.Equal(RunStatus.TimedOut, ((RunningRun)run.Run).StopCause);
        letGo.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await run.Ended).Status);
    }

    [Fact]
    public async Task Drain_RunsTakeTooLong_InterruptsThemAndAcceptsNoMore()
    {
        using var rig = new RunnerRig(o => o.DrainTimeout = TimeSpan.FromSeconds(10));
        var begun = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Define("h", async (_, run) =>
        {
            Interlocked.Increment(ref begun);
            first.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, rig.Clock, run.CancellationToken);
        });
        var (running, waiting) = (rig.Start(RunnerRig.Order(1)), rig.Start(RunnerRig.Order(2)));
        await first.Task;
        var draining = rig.Executor.DrainAsync(CancellationToken.None);
        Assert.False(rig.TryStart(RunnerRig.Order(3), out _));
        Assert.Equal((true, false), (rig.Executor.IsDraining, rig.Executor.HasRoom));
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        await draining;

        Assert.Equal(1, begun);
        Assert.Equal([(RunStatus.Cancelled, true), (RunStatus.Cancelled, true)],
            (await Task.WhenAll(running.Ended, waiting.Ended)).Select(o => (o.Status, o.CutOff)));
        await rig.UntilQuietAsync();
        Assert.True(rig.Executor.DrainAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Outcome_DisposalThrows_IsTheHandlersOutcome()
    {
        using var rig = new RunnerRig(register: static s => s.AddScoped<Bad>());
        rig.Define("h", static (services, _) =>
        {
            services.GetRequiredService<Bad>();
            return Task.CompletedTask;
        });
        var outcome = await rig.Start(RunnerRig.Order(1) with { LogLines = 5, SendValue = true }).Ended;

        Assert.Equal((RunStatus.Succeeded, 1), (outcome.Status, outcome.Json!.Length));
        Assert.Contains("disposing the run's services threw System.InvalidOperationException: Disposal fails.",
            Assert.Single(outcome.Log).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outcome_UnreadableException_IsAFailure()
    {
        using var rig = new RunnerRig();
        rig.Define("h", static (_, _) => throw new ThrowingEverythingException());
        var outcome = await rig.Start(RunnerRig.Order(1)).Ended;

        Assert.Equal((RunStatus.Failed, typeof(ThrowingEverythingException).FullName), (outcome.Status, outcome.ErrorType));
        await rig.UntilQuietAsync();
    }

    private sealed class Bad : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("Disposal fails.");
    }
}
