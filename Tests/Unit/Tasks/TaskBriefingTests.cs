using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what a task takes from the briefings of its partition, including late ones, without a cluster.</summary>
public sealed class TaskBriefingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>A replaced activation that still ran wrote the result, but nobody told the partition that the run has ended.</summary>
    [Fact]
    public async Task Briefing_StartedRunWithAResult_IsNotRepeated()
    {
        var before = new TaskRig();
        var run =
            await before.Do(
                static c =>
                    c.StoredRequests.DispatchAsync(
                        new DispatchRequest
                        {
                            Id = Guid.NewGuid(),
                            Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce }
                        }));
        before.End(Assert.Single(before.Started));
        before.Pass(TimeSpan.FromSeconds(5));

        var rig = new TaskRig(storage: before.Storage);
        var stored = new StoredRun
        {
            RunId = run,
            DueAt = TaskRig.Start,
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtLeastOnce,
            Attempts = 1,
            Marker = Guid.NewGuid()
        };
        rig.Briefs = b => b with { Runs = [stored] };
        await rig.Do(static c => c.WakeAsync());
        rig.Pass(TimeSpan.FromMinutes(5));
        Assert.Empty(rig.Started);
        Assert.Equal([run.Value], rig.Partition.CallsOf("ReleaseAsync").SelectMany(static a => (IReadOnlyList<Guid>)a[2]!).Distinct());

        // A run with an unknown end is repeated.
        var unknown = new TaskRig { Briefs = b => b with { Runs = [stored] } };
        await unknown.Do(static c => c.WakeAsync());
        unknown.Pass(TimeSpan.FromMinutes(5));
        Assert.NotEmpty(unknown.Started);
    }

    /// <summary>
    /// The partition answered before the task was cancelled, but the answer arrived afterwards. Cancelled runs must not start again.
    /// </summary>
    [Fact]
    public async Task Briefing_FromBeforeTheCancellation_DoesNotReviveTheTask()
    {
        var rig = new TaskRig();
        await rig.Do(static c => c.WakeAsync());
        var late = new TaskCompletionSource<Briefing>();
        var before = new Briefing
        {
            Number = 99,
            Epoch = 99,
            Entry = rig.Entry,
            Started = true,
            StartedAt = TaskRig.Start,
            LedgerFloor = TaskRig.Start,
            Now = rig.Now,
            Runs = [new StoredRun { RunId = new RunId("t", Guid.NewGuid()), DueAt = TaskRig.Start, Trigger = RunTrigger.Dispatch }]
        };
        rig.Partition.On("AttachAsync", _ => late.Task);
        var asking = rig.Do(static c => c.WakeAsync());
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));

        late.SetResult(before);
        await rig.Do(static _ => Task.CompletedTask);
        await asking;
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task Briefing_RunOnASilo_IsAdoptedInsteadOfStarted()
    {
        var rig = new TaskRig { Briefs = static b => b with { MayHaveOrphans = true } };
        var run = RunId.New("t", rig.Clock);
        var held =
            new HeldRun(new RunOrder { RunId = run, Handler = "h", Arguments = TaskArguments.None, Attempt = 1, ScheduledAt = rig.Now },
                rig.Now, false);
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([held]));
        await rig.Do(c => c.WakeAsync());
        Assert.Equal(RunStatus.Running, (await rig.Do(c => c.Queries.GetRunAsync(run)))!.Status);
        Assert.Empty(rig.Started);

        var told = rig.Do(c => c.Requests.WaitAsync(run));
        await rig.Do(
            c => c.Remote.TakeReportAsync(held.Order,
                new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now }));
        Assert.Equal(RunStatus.Succeeded, (await told)!.Status);
    }

    /// <summary>
    /// A briefing shows a run as it was. While the task asks silos for runs, the run ends here, and the partition forgets it.
    /// </summary>
    [Fact]
    public async Task Briefing_RunEndedSince_IsNotStartedAgain()
    {
        var rig = new TaskRig();
        var answer = new TaskCompletionSource<IReadOnlyList<HeldRun>>();
        var run =
            await rig.Do(
                c => c.StoredRequests.DispatchAsync(
                    new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce } }));
        var stored = Stored(run, rig.Now);
        rig.Runner.On("HoldingAsync", _ => answer.Task);
        rig.Briefs = b => b with { MayHaveOrphans = true, Runs = [stored] };
        var briefed = rig.Do(c => c.WakeAsync());
        rig.End(Assert.Single(rig.Started));
        rig.Pass(Second);
        rig.Briefs = static b => b;
        answer.SetResult([]);
        rig.Turns.Run();

        await briefed;
        Assert.Single(rig.Started);
    }

    /// <summary>
    /// The activation before stored the outcome of the attempt and left.
    /// The silo that reported it does not know that yet and still lists the run, but does not report it again.
    /// </summary>
    [Fact]
    public void Briefing_AttemptStoredAsEnded_DoesNotWaitForItsSilo()
    {
        var rig = new TaskRig();
        var run = new RunId("t", Guid.NewGuid());
        var held =
            new HeldRun(new RunOrder { RunId = run, Handler = "h", Arguments = TaskArguments.None, Attempt = 1, ScheduledAt = rig.Now },
                rig.Now, false);
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([held]));
        rig.Briefs = b =>
            b with { MayHaveOrphans = true, Runs = [Stored(run, rig.Now + Second) with { Attempts = 1, EndedAttempts = 1, Failures = 1 }] };
        rig.Do(c => c.WakeAsync());
        rig.Briefs = static b => b;
        rig.Pass(2 * Second);

        Assert.Equal(2, Assert.Single(rig.Started).Order.Attempt);
    }

    /// <summary>A run that is not due cannot have started, whichever activation had it before.</summary>
    [Fact]
    public void Briefing_FutureRunOfAnotherActivation_StartsWhenDueWithoutALoss()
    {
        var rig = new TaskRig();
        var run = new RunId("t", Guid.NewGuid());
        rig.Briefs = b => b with { Runs = [Stored(run, rig.Now + (10 * Second)) with { Attempts = 1, Marker = Guid.NewGuid() }] };
        rig.Do(c => c.WakeAsync());
        rig.Briefs = static b => b;
        rig.Pass(9 * Second);
        Assert.Empty(rig.Started);

        rig.Pass(Second);
        Assert.Equal(0, Assert.Single(rig.Started).Order.Losses);
    }

    /// <summary>
    /// The two clocks differ. The task takes the run that the partition has handed over, and starts it when it is due by its own clock.
    /// </summary>
    [Fact]
    public async Task Dispatch_DueByThePartitionsClockOnly_Starts()
    {
        var rig = new TaskRig();
        rig.Partition.On("AddRunAsync", static a => Task.FromResult((StoredRun)a[1]! with { IsHanded = true }));
        await rig.Do(
            c => c.StoredRequests.DispatchAsync(
                new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Delay = 3 * Second } }));
        rig.Pass(2 * Second);
        Assert.Empty(rig.Started);

        rig.Pass(Second);
        Assert.Single(rig.Started);
    }

    /// <summary>The partition has the run, and hands it over when it is due by the partition's clock.</summary>
    [Fact]
    public async Task Dispatch_DueByTheTasksClockOnly_IsLeftToThePartition()
    {
        var rig = new TaskRig();
        var late = new TaskCompletionSource<StoredRun>();
        StoredRun? sent = null;
        rig.Partition.On("AddRunAsync", a =>
        {
            sent = (StoredRun)a[1]!;
            return late.Task;
        });
        var asked =
            rig.Do(c =>
                c.StoredRequests.DispatchAsync(
                    new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Delay = Second } }));
        rig.Pass(Second);
        late.SetResult(sent!);
        rig.Turns.Run();
        await asked;
        Assert.Empty(rig.Started);
    }

    /// <summary>
    /// The run is due by the clock that was corrected before the answer arrived. It does not wait for an instant that is hours away.
    /// </summary>
    [Fact]
    public async Task Dispatch_ClockSetBackBeforeTheResponse_Runs()
    {
        var rig = new TaskRig();
        var late = new TaskCompletionSource<StoredRun>();
        StoredRun? sent = null;
        rig.Partition.On("AddRunAsync", a =>
        {
            sent = (StoredRun)a[1]!;
            return late.Task;
        });
        var asked = rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.Step(TimeSpan.FromHours(-5));
        rig.Turns.Run();
        late.SetResult(sent! with { IsHanded = true });
        rig.Turns.Run();
        await asked;
        Assert.Single(rig.Started);
    }

    /// <summary>
    /// The run is stored, so the task must start it even if the caller does not repeat the request. The partition believes that it was
    /// handed over.
    /// </summary>
    [Fact]
    public async Task Dispatch_ResponseLost_RunsIfStored()
    {
        var rig = new TaskRig();
        StoredRun? stored = null;
        rig.Partition.On("AddRunAsync", a =>
        {
            stored = (StoredRun)a[1]!;
            return Task.FromException<StoredRun>(new TimeoutException());
        });
        await Assert.ThrowsAsync<TimeoutException>(
            () => rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() })));
        rig.Briefs = b => b with { Runs = [stored!] };
        rig.Pass(Second);

        Assert.Equal(stored!.RunId, Assert.Single(rig.Started).Order.RunId);
    }

    /// <summary>
    /// A dispatch may arrive after the task began to doubt it, whatever the clocks show. A repeated request does not start a second search.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Dispatch_ArrivingAfterATimeout_Runs(int step)
    {
        var rig = new TaskRig();
        var request = new DispatchRequest { Id = Guid.NewGuid() };
        StoredRun? sent = null;
        rig.Partition.On("AddRunAsync", a =>
        {
            sent ??= (StoredRun)a[1]!;
            return new TaskCompletionSource<StoredRun>().Task;
        });
        foreach (var isAgain in new[] { false, true })
        {
            var asked = rig.Do(c => c.StoredRequests.DispatchAsync(request with { Repeated = isAgain }));
            rig.Step(step * Second);
            rig.Pass(2 * Second);
            await Assert.ThrowsAsync<TimeoutException>(() => asked);
        }

        rig.Pass(Second);
        var questions = rig.Partition.CallsOf("AttachAsync").Count();
        rig.Briefs = b => b with { Runs = [sent! with { DueAt = rig.Now }] };
        rig.Pass(25 * Second);
        Assert.Empty(rig.Started);

        rig.Pass(10 * Second);
        rig.Pass(30 * Second);
        rig.Pass(Second);
        Assert.Equal(sent!.RunId, Assert.Single(rig.Started).Order.RunId);
        Assert.Equal(questions + 1, rig.Partition.CallsOf("AttachAsync").Count());
    }

    /// <summary>The partition believes that the run was handed over, and the caller may not repeat the cancellation.</summary>
    [Fact]
    public async Task CancelRun_ResponseLost_RunStillRuns()
    {
        var rig = new TaskRig();
        var run = new RunId("t", Guid.NewGuid());
        rig.Partition.On("TakeRunsAsync", static _ => new TaskCompletionSource<IReadOnlyList<StoredRun>>().Task);
        var asked = rig.Do(c => c.Controls.CancelRunAsync(run, false, Guid.NewGuid()));
        rig.Pass(2 * Second);
        await Assert.ThrowsAsync<TimeoutException>(() => asked);

        rig.Briefs = b => b with { Runs = [Stored(run, rig.Now)] };
        rig.Pass(60 * Second);
        rig.Pass(Second);
        Assert.Equal(run, Assert.Single(rig.Started).Order.RunId);
    }

    private static StoredRun Stored(RunId run, DateTimeOffset due) =>
        new() { RunId = run, DueAt = due, Trigger = RunTrigger.Dispatch, Guarantee = RunGuarantee.AtLeastOnce };
}
