using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests, without a cluster, how runs and tasks are cancelled, and how a task deactivates.</summary>
public sealed class TaskEndTests
{
    /// <summary>
    /// The task was registered again while its silo was paused, and then cancelled. The earlier cancellation is no answer to this one.
    /// </summary>
    [Fact]
    public async Task Cancel_TaskRegisteredAgainMeanwhile_CancelsIt()
    {
        var rig = new TaskRig();
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));
        rig.Entry = rig.Entry with { State = TaskState.Active, Revision = rig.Entry.Revision + 1 };
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.NewGuid())));
        Assert.Equal(TaskState.Cancelled, rig.Entry.State);
    }

    /// <summary>Another activation has paused the task meanwhile. That it was active at the last briefing is no answer.</summary>
    [Theory]
    [InlineData(TaskState.Active)]
    [InlineData(TaskState.Cancelled)]
    public async Task Resume_TaskNotKnownAsPaused_IsDecidedByThePartition(TaskState seen)
    {
        var rig = new TaskRig();
        rig.Entry = rig.Entry with { State = seen };
        await rig.Do(static c => c.WakeAsync());
        rig.Entry = rig.Entry with { State = TaskState.Paused, Revision = rig.Entry.Revision + 1 };
        if (seen == TaskState.Cancelled)
        {
            rig.Partition.On(nameof(IPartition.ReserveAsync),
                _ => rig.Partition.CallsOf(nameof(IPartition.ReserveAsync)).Count() == 1
                    ? Task.FromException(new StaleTaskException("t"))
                    : Task.CompletedTask);
        }

        await rig.Do(static c => c.Controls.ResumeAsync(Guid.NewGuid()));
        Assert.Equal(TaskState.Active, rig.Entry.State);
    }

    /// <summary>
    /// The caller repeated the message to another activation, which referred it to this one. Here the first message arrives late, and is
    /// not marked as repeated.
    /// </summary>
    [Fact]
    public async Task Begin_EndedRun_ReturnsItsResultWithoutANewRun()
    {
        var rig = new TaskRig { Briefs = static b => b with { Term = 2 } };
        var request = TaskRig.Request() with { Met = Guid.Empty };
        var met = await Assert.ThrowsAsync<UnmetActivationException>(() => rig.Do(c => c.Requests.BeginAsync(request).AsTask()));
        request = request with { Met = met.Activation };
        var first = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        rig.End(Assert.Single(rig.Started));
        var result = await first;
        var late = rig.Do(c => c.Requests.BeginAsync(request).AsTask());

        Assert.True(late.IsCompletedSuccessfully);
        Assert.Equal(result!.Sequence, (await late)!.Sequence);
        Assert.Single(rig.Started);
    }

    /// <summary>The end is not stored yet, and the silo may be lost before it is.</summary>
    [Fact]
    public async Task CancelRun_WaitingStoredRun_IsStoredBeforeReturning()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        rig.Group.On("AcquireAsync", static _ => new TaskCompletionSource<bool>().Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.Partition.On("FinishAsync", static _ => Task.FromException(new PartitionMovedException("moves")));

        Assert.True(await rig.Do(c => c.Controls.CancelRunAsync(run, timedOut: false, Guid.Empty)));

        Assert.Equal([run.Value], (IReadOnlyList<Guid>)Assert.Single(rig.Partition.CallsOf("CallOffRunsAsync"))[0]!);
    }

    /// <summary>
    /// Nothing is stored about a punctual, repeatable occurrence. A successor would run it again unless the cancellation is stored.
    /// </summary>
    [Theory]
    [InlineData(RunGuarantee.AtLeastOnce, true)]
    [InlineData(RunGuarantee.AtMostOnce, false)]
    public async Task CancelRun_RepeatableOccurrence_IsStoredBeforeReturning(RunGuarantee guarantee, bool isStored)
    {
        var rig = new TaskRig(new TaskOptions { Guarantee = guarantee }, TaskSchedule.Every(TimeSpan.FromMinutes(1)))
        {
            Briefs = static b => b with { Given = TaskRig.Start.AddMinutes(1), Awake = true }
        };
        await rig.Do(static c => c.WakeAsync());
        rig.Pass(TaskRig.Start.AddMinutes(1) - rig.Now);
        var run = Assert.Single(rig.Started);
        var stored = new TaskCompletionSource();
        rig.Partition.On(nameof(IPartition.ParkRunAsync), _ => stored.Task);

        var cancelled = rig.Do(c => c.Controls.CancelRunAsync(run.Order.RunId, timedOut: false, Guid.Empty));
        Assert.Equal(RunStatus.Cancelled, run.Cancelled);
        Assert.Equal(!isStored, cancelled.IsCompleted);

        // The run ends in the meantime.
        rig.End(run, RunStatus.Cancelled);
        Assert.Equal(!isStored, (await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).Results.Count == 1);
        stored.SetResult();
        rig.Turns.Run();

        Assert.True(await cancelled);
        Assert.Equal(isStored ? 1 : 0,
            rig.Partition.CallsOf(nameof(IPartition.ParkRunAsync))
                .Count(c => ((StoredRun)c[1]!) is { CalledOff: true } s && s.RunId == run.Order.RunId));
        Assert.Equal(isStored ? [nameof(IPartition.ParkRunAsync), nameof(IPartition.FinishAsync)] : [],
            rig.Partition.Called.Where(static c => c is nameof(IPartition.ParkRunAsync) or nameof(IPartition.FinishAsync)));
        Assert.Equal(RunStatus.Cancelled, Assert.Single((await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).Results).Status);
    }

    /// <summary>
    /// The partition forgets a run when the archive has it too. It forgets a run that the archive can never keep, but not one that the
    /// archive cannot keep at the moment.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_ArchiveRejectsTheRun_IsReleasedIfTheErrorIsPermanent(bool isPermanent)
    {
        var rig = new TaskRig();
        rig.Archive.On("KeepAsync",
            _ => Task.FromException(
                isPermanent ? new InvalidDataException("The record is not what it was.") : new PartitionMovedException("It moves.")));
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.End(Assert.Single(rig.Started));
        for (var n = 0; n < 10; n++)
        {
            rig.Pass(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(isPermanent, rig.Partition.CallsOf("ReleaseAsync").Any(c => ((IReadOnlyList<Guid>)c[2]!).Contains(run.Value)));
        Assert.Equal(isPermanent, rig.Log.Lines.Any(static l => l.Text.Contains("for searches failed", StringComparison.Ordinal)));
        Assert.Equal(RunStatus.Succeeded, Assert.Single((await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).Results).Status);
    }

    [Fact]
    public async Task Cancel_OfTheTask_EndsWaitingRunsAndStopsRunningOnes()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        _ = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        var waiting = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        Assert.True(await rig.Do(c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));
        Assert.Equal(RunStatus.Cancelled, (await waiting)!.Status);
        Assert.Equal(RunStatus.Cancelled, Assert.Single(rig.Started).Cancelled);
        await Assert.ThrowsAsync<TaskCancelledException>(() => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()));
    }

    /// <summary>
    /// The first call has asked the run's silo to stop, and has no answer yet. The repeated call must not report success before that.
    /// </summary>
    [Fact]
    public async Task Cancel_Repeated_WaitsForTheSilosOfItsRuns()
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        var answer = new TaskCompletionSource<bool>();
        rig.Runner.On(nameof(IRunnerService.CancelAsync), _ => answer.Task);
        rig.Partition.On(nameof(IPartition.FindRequestAsync), static _ => Task.FromResult<bool?>(true));
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var request = Guid.NewGuid();
        var first = rig.Do(c => c.Controls.CancelAsync(Guid.Empty, request));
        var again = rig.Do(c => c.Controls.CancelAsync(Guid.Empty, request));
        Assert.Equal((false, false), (first.IsCompleted, again.IsCompleted));

        answer.SetResult(true);
        rig.Turns.Run();
        Assert.Equal((true, true), (await first, await again));
    }

    [Fact]
    public async Task Leave_EndBeingStored_IsTransferredToTheNextActivation()
    {
        var rig = new TaskRig();
        rig.Partition.On("FinishAsync", static _ => new TaskCompletionSource().Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.End(Assert.Single(rig.Started));
        var left = rig.LeaveAsync();
        rig.Pass(TimeSpan.FromSeconds(3));
        rig.Pass(TimeSpan.FromSeconds(3));
        await left;
        var (order, status) = (((HeldRun)Assert.Single(rig.Reporter.CallsOf("Add"))[0]!).Order,
            ((RunOutcome)rig.Reporter.CallsOf("Add").Single()[1]!).Status);
        Assert.Equal((run, RunStatus.Succeeded), (order.RunId, status));
        Assert.True(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).HasOrphans);
    }

    /// <summary>
    /// A stopping silo waits for its runs. A run that it has not cut off continues there, and must not start elsewhere too.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leave_StoppingSilo_TransfersOnlyInterruptedRuns(bool isCutOff)
    {
        var rig = new TaskRig();
        await rig.Do(
            c => c.StoredRequests.DispatchAsync(
                new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce } }));
        Assert.Single(rig.Started);
        rig.Executor.On("get_IsDraining", static _ => true).On("get_HasCutOff", _ => isCutOff);
        await rig.LeaveAsync();
        var departure = (Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!;
        Assert.Equal((isCutOff ? 1 : 0, true), (departure.Runs.Count, departure.HasOrphans));
    }

    [Fact]
    public async Task Leave_RunInProgress_ReleasesItsCallerAndStaysDiscoverable()
    {
        var rig = new TaskRig();
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        await rig.LeaveAsync();
        Assert.Null(await asked);

        // The silo reports later ends itself, to the next activation of the task.
        rig.End(Assert.Single(rig.Started));
        Assert.Single(rig.Reporter.CallsOf("OnEnd"));
        Assert.True(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).HasOrphans);
    }

    /// <summary>The result cannot get a sequence number, and nobody knows when that is possible.</summary>
    [Fact]
    public async Task Begin_RunEndsWhileStorageFails_ReturnsItsResult()
    {
        var rig = new TaskRig();
        rig.Partition.On("ReserveAsync",
            static _ => Task.FromException(new PartitionMovedException("The disk is full.") { StorageFails = true }));
        var run = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        rig.End(Assert.Single(rig.Started));
        for (var n = 0; n < 7; n++)
        {
            rig.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.True((await Assert.ThrowsAsync<PartitionMovedException>(() => run)).StorageFails);
    }

    /// <summary>
    /// The group asks whether runs still have places. A run that wants its place back must not lose it while the answer is on its way.
    /// </summary>
    [Fact]
    public async Task Wait_ByARunInAGroup_LendsItsPlaceAndTakesItBack()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        rig.Group.On("AcquireAsync", static _ => Task.FromResult(true));
        var request = TaskRig.Request();
        _ = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        var awaited = new RunId("other", Guid.NewGuid());
        Assert.Equal([request.Id], await rig.Do(c => c.Waits.WithGroupPlacesAsync([request.Id])));

        Assert.True(await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: true)));
        Assert.True(await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: true)));
        Assert.Single(rig.Group.CallsOf("ReleaseAsync"));
        Assert.Empty(await rig.Do(c => c.Waits.WithGroupPlacesAsync([request.Id])));

        rig.Group.On("ReturnAsync", static _ => Task.FromResult(false));
        Assert.False(await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: false)));
        Assert.Equal([request.Id], await rig.Do(c => c.Waits.WithGroupPlacesAsync([request.Id])));
        rig.Group.On("ReturnAsync", static _ => Task.FromResult(true));
        Assert.True(await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: false)));
        Assert.Equal([request.Id], await rig.Do(c => c.Waits.WithGroupPlacesAsync([request.Id])));

        rig.End(Assert.Single(rig.Started));
        Assert.Equal(2, rig.Group.CallsOf("ReleaseAsync").Count());
    }

    /// <summary>The run may have asked for its place again.</summary>
    [Fact]
    public async Task End_RunWithALentPlace_ReleasesItsTurn()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        rig.Group.On("AcquireAsync", static _ => Task.FromResult(true)).On("ReturnAsync", static _ => Task.FromResult(false));
        var request = TaskRig.Request();
        _ = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        var awaited = new RunId("other", Guid.NewGuid());
        await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: true));
        Assert.False(await rig.Do(c => c.Waits.TakeAsync(request.Id, awaited, begins: false)));

        rig.End(Assert.Single(rig.Started), RunStatus.Cancelled);

        Assert.Equal(2, rig.Group.CallsOf("ReleaseAsync").Count());
    }
}
