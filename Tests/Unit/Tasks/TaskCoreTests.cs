using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>A run's way through the parts of its task, from what is asked to what is told, without a cluster.</summary>
public sealed class TaskCoreTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>An activation that lived on after it was replaced had written the result, and nobody had told the partition that the run is over.</summary>
    [Fact]
    public async Task Briefing_WithAStartedRunWhoseResultIsInTheHistory_DoesNotMakeItAgain()
    {
        var before = new TaskRig();
        var run = await before.Do(static c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce } }));
        before.End(Assert.Single(before.Started));
        before.Pass(TimeSpan.FromSeconds(5));

        var rig = new TaskRig(storage: before.Storage);
        var stored = new StoredRun { RunId = run, DueAt = TaskRig.Start, Trigger = RunTrigger.Dispatch, Guarantee = RunGuarantee.AtLeastOnce, Attempts = 1, Marker = Guid.NewGuid() };
        rig.Briefs = b => b with { Runs = [stored] };
        await rig.Do(static c => c.WakeAsync());
        rig.Pass(TimeSpan.FromMinutes(5));
        Assert.Empty(rig.Started);
        Assert.Equal([run.Value], rig.Partition.CallsOf("ReleaseAsync").SelectMany(static a => (IReadOnlyList<Guid>)a[2]!).Distinct());

        // One that nobody knows the end of is made again.
        var unknown = new TaskRig { Briefs = b => b with { Runs = [stored] } };
        await unknown.Do(static c => c.WakeAsync());
        unknown.Pass(TimeSpan.FromMinutes(5));
        Assert.NotEmpty(unknown.Started);
    }

    /// <summary>It was registered anew while its silo stood still, and then cancelled: that it had been cancelled before is no answer to that.</summary>
    [Fact]
    public async Task Cancel_OfATaskThatWasRegisteredAnewMeanwhile_CancelsIt()
    {
        var rig = new TaskRig();
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));
        rig.Entry = rig.Entry with { State = TaskState.Active, Revision = rig.Entry.Revision + 1 };
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.NewGuid())));
        Assert.Equal(TaskState.Cancelled, rig.Entry.State);
    }

    /// <summary>The partition had answered before the task was cancelled, and its answer came afterwards: runs began once more.</summary>
    [Fact]
    public async Task Briefing_ThatWasGivenBeforeTheTaskWasCancelled_DoesNotBringItBack()
    {
        var rig = new TaskRig();
        await rig.Do(static c => c.WakeAsync());
        var late = new TaskCompletionSource<Briefing>();
        var before = new Briefing { Number = 99, Epoch = 99, Entry = rig.Entry, Started = true, StartedAt = TaskRig.Start, LedgerFloor = TaskRig.Start, Now = rig.Now, Runs = [new StoredRun { RunId = new RunId("t", Guid.NewGuid()), DueAt = TaskRig.Start, Trigger = RunTrigger.Dispatch }] };
        rig.Partition.On("AttachAsync", _ => late.Task);
        var asking = rig.Do(static c => c.WakeAsync());
        Assert.True(await rig.Do(static c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));

        late.SetResult(before);
        await rig.Do(static _ => Task.CompletedTask);
        await asking;
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task Begin_OfARun_EndsWithANumberThatWasSetApartBefore()
    {
        var rig = new TaskRig();
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        Assert.False(asked.IsCompleted);

        rig.End(Assert.Single(rig.Started));
        var result = await asked;
        Assert.Equal((RunStatus.Succeeded, 1L, 1), (result!.Status, result.Sequence, result.Attempt));
        Assert.Equal(["AttachAsync", "ReserveAsync"], rig.Partition.Called.Take(2));
    }

    [Fact]
    public async Task Dispatch_OfARun_MarksItBeforeItStartsAndStoresItsEndBeforeAnybodyHearsOfIt()
    {
        var rig = new TaskRig();
        var stored = new TaskCompletionSource();
        var marked = new TaskCompletionSource<bool>();
        rig.Partition.On("MarkStartedAsync", _ => marked.Task).On("FinishAsync", _ => stored.Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        var told = rig.Do(c => c.Requests.WaitAsync(run));
        Assert.Empty(rig.Started);

        marked.SetResult(true);
        rig.Turns.Run();
        rig.End(Assert.Single(rig.Started));
        Assert.Contains("FinishAsync", rig.Partition.Called);
        Assert.False(told.IsCompleted);

        stored.SetResult();
        rig.Turns.Run();
        Assert.Equal(RunStatus.Succeeded, (await told)!.Status);
    }

    [Fact]
    public async Task Dispatch_WithAMarkThatIsNotGranted_StartsNothing()
    {
        var rig = new TaskRig();
        rig.Partition.On("MarkStartedAsync", static _ => Task.FromResult(false));
        await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        Assert.Empty(rig.Started);

        // Whoever has it says so with the next briefing.
        Assert.Equal(2, rig.Partition.CallsOf("AttachAsync").Count());
    }

    [Fact]
    public async Task Attempt_ThatFails_IsParkedBeforeTheNextOneIsDue()
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2, Delay = Second, Jitter = 0 } });
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.End(Assert.Single(rig.Started), RunStatus.Failed, "first");
        var parked = (StoredRun)Assert.Single(rig.Partition.CallsOf("ParkRunAsync"))[1]!;
        Assert.Equal((1, 1, "first", rig.Now + Second), (parked.EndedAttempts, parked.Failures, parked.LastError, parked.DueAt));
        Assert.Single(rig.Started);

        rig.Pass(Second);
        Assert.Equal(2, rig.Started.Count);
        rig.End(rig.Started[1], RunStatus.Failed, "second");
        var result = (await rig.Do(c => c.Requests.WaitAsync(run)))!;
        Assert.Equal((RunStatus.Failed, 2), (result.Status, result.Attempt));
    }

    [Theory]
    [InlineData("AtMostOnce", 1)]
    [InlineData("AtLeastOnce", 2)]
    public async Task Silo_ThatIsLost_EndsARunOrHasItMadeAgain(string guarantee, int attempts)
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request(new RunOptions { Guarantee = Enum.Parse<RunGuarantee>(guarantee) })).AsTask());
        Assert.Single(rig.Runner.CallsOf("StartAsync"));

        rig.HasPlace = true;
        rig.Lose(TaskRig.There);
        rig.Pass(Second);
        Assert.Equal(attempts - 1, rig.Started.Count);
        rig.Started.ForEach(r => rig.End(r));
        var result = (await asked)!;
        Assert.Equal((attempts == 1 ? RunStatus.Lost : RunStatus.Succeeded, attempts), (result.Status, result.Attempt));
    }

    [Fact]
    public async Task Report_OfAnAttemptThatWasGivenUp_ChangesNothing()
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request(new RunOptions { Guarantee = RunGuarantee.AtLeastOnce })).AsTask());
        var lost = (RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!;
        rig.HasPlace = true;
        rig.Lose(TaskRig.There);
        rig.Pass(Second);
        await rig.Do(c => c.Remote.TakeReportAsync(lost, new RunOutcome { Status = RunStatus.Failed, Error = "the lost one" }));
        Assert.False(asked.IsCompleted);

        rig.End(Assert.Single(rig.Started));
        Assert.Equal((RunStatus.Succeeded, 2), ((await asked)!.Status, (await asked)!.Attempt));
    }

    [Fact]
    public void Occurrence_ThatIsGiven_IsClaimedAndStartsAtItsInstant()
    {
        var rig = Scheduled();
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(49.999));
        Assert.Empty(rig.Claims.Called);

        rig.Pass(TimeSpan.FromMilliseconds(1));
        var claim = (OccurrenceClaim)Assert.Single(rig.Claims.CallsOf("ClaimAsync"))[0]!;
        var order = Assert.Single(rig.Started).Order;
        Assert.Equal((TaskRig.Start.AddMinutes(1), TaskRig.Start.AddMinutes(1), RunTrigger.Schedule), (claim.Through, order.ScheduledAt, order.Trigger));
    }

    [Fact]
    public async Task Occurrence_ThatAnotherActivationHasClaimed_IsNotStartedAndToldAsLost()
    {
        var rig = Scheduled();
        rig.Claims.On("ClaimAsync", static _ => Task.FromResult<DateTimeOffset?>(TaskRig.Start.AddMinutes(1)));
        await rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(rig.Started);
        var result = Assert.Single((await rig.Do(c => c.Queries.HistoryAsync(0, 10))).Results);
        Assert.Equal((RunStatus.Lost, TaskRig.Start.AddMinutes(1)), (result.Status, result.ScheduledAt));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(11, 0)]
    public void Occurrence_WhoseClaimWaits_IsMissedAfterSoMuchTimeAndNotBecauseTheClockWasPutForward(int seconds, int started)
    {
        var rig = Scheduled();
        var claim = new TaskCompletionSource<DateTimeOffset?>();
        rig.Claims.On("ClaimAsync", _ => claim.Task);
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        rig.Step(TimeSpan.FromDays(1));
        rig.Pass(TimeSpan.FromSeconds(seconds));
        claim.SetResult(null);
        rig.Turns.Run();
        Assert.Equal(started, rig.Started.Count(r => r.Order.ScheduledAt == TaskRig.Start.AddMinutes(1)));
    }

    [Fact]
    public async Task Occurrence_TakenByAWrongClock_IsNotClaimedOnceTheRightTimeIsKnown()
    {
        var rig = Scheduled(new TaskOptions { CatchUp = new CatchUpPolicy { Limit = 2 }, Overlap = OverlapPolicy.Allow });
        var ahead = new List<TimeSpan>();
        rig.Claims.On("ClaimAsync", a =>
        {
            ahead.Add(((OccurrenceClaim)a[0]!).Through - rig.Clock.GetUtcNow());
            return Task.FromResult<DateTimeOffset?>(null);
        });
        rig.PartitionKeepsTime = true;
        var storing = new TaskCompletionSource<StoredRun>();
        rig.Partition.On("AddRunAsync", _ => storing.Task);
        await rig.Do(c => c.WakeAsync());

        // One is due and waits until those before it, which are missed, are made up for.
        rig.Step(TimeSpan.FromSeconds(124), isNoticed: false);
        rig.Pass(TimeSpan.FromSeconds(50));
        var missed = (StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!;
        await rig.Do(c => c.WakeAsync());
        storing.SetResult(missed);
        rig.Turns.Run();
        for (var n = 0; n < 150; n++)
        {
            rig.Pass(Second);
        }

        Assert.NotEmpty(ahead);
        Assert.All(ahead, static a => Assert.True(a <= TimeSpan.Zero, $"{a}"));
    }

    [Fact]
    public async Task Occurrences_ThatAreDueLongAgo_AreMissedAndTheNewestIsStored()
    {
        var rig = Scheduled();
        await rig.Do(c => c.WakeAsync());

        // As after a stop of the process: the timer ticks once, and late.
        rig.Clock.SetUtcNow(TaskRig.Start.AddMinutes(3).AddSeconds(30));
        rig.Turns.Run();
        var stored = (StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!;
        Assert.Equal(TaskRig.Start.AddMinutes(3), stored.Occurrence);
        Assert.Equal(TaskRig.Start.AddMinutes(3), Assert.Single(rig.Started).Order.ScheduledAt);
    }

    [Theory]
    [InlineData("Allow", 2, false)]
    [InlineData("Skip", 1, false)]
    [InlineData("QueueOne", 1, false)]
    [InlineData("CancelRunning", 1, true)]
    public void Occurrence_ThatMeetsAnEarlierOne_DoesWhatThePolicySays(string overlap, int started, bool cancels)
    {
        var rig = Scheduled(new TaskOptions { Overlap = Enum.Parse<OverlapPolicy>(overlap) });
        rig.Do(c => c.WakeAsync());
        rig.Pass(TimeSpan.FromSeconds(50));
        rig.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((started, cancels), (rig.Started.Count, rig.Started[0].Cancelled is not null));

        rig.End(rig.Started[0]);
        Assert.Equal(overlap == "Skip" ? 1 : 2, rig.Started.Count);
        Assert.DoesNotContain(rig.Started.Skip(1), r => r.Order.ScheduledAt != TaskRig.Start.AddMinutes(2));
    }

    [Fact]
    public async Task Group_ThatGivesAPlaceTooLate_GetsItBack()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        var place = new TaskCompletionSource<bool>();
        rig.Group.On("AcquireAsync", _ => place.Task);
        var request = TaskRig.Request();
        var asked = rig.Do(c => c.Requests.BeginAsync(request).AsTask());
        Assert.Empty(rig.Started);

        await rig.Do(c => c.Controls.CancelRunAsync(new RunId("t", request.Id), timedOut: false, Guid.Empty));
        place.SetResult(true);
        rig.Turns.Run();
        Assert.Equal(RunStatus.Cancelled, (await asked)!.Status);
        Assert.Empty(rig.Started);
        Assert.All(rig.Group.CallsOf("ReleaseAsync"), static c => Assert.True((bool)c[1]!));
        Assert.NotEmpty(rig.Group.CallsOf("ReleaseAsync"));
    }

    /// <summary>Its end is to be stored, and the silo may be lost before that.</summary>
    [Fact]
    public async Task CancelRun_OfAStoredRunThatWaits_IsStoredWhenItReturns()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        rig.Group.On("AcquireAsync", static _ => new TaskCompletionSource<bool>().Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.Partition.On("FinishAsync", static _ => Task.FromException(new PartitionMovedException("moves")));

        Assert.True(await rig.Do(c => c.Controls.CancelRunAsync(run, timedOut: false, Guid.Empty)));

        Assert.Equal([run.Value], (IReadOnlyList<Guid>)Assert.Single(rig.Partition.CallsOf("CallOffRunsAsync"))[0]!);
    }

    /// <summary>What follows it is decided by this end, also when the activation is lost before the result is in the history.</summary>
    [Fact]
    public async Task Report_OfARunOfAnEarlierActivationThatIsFollowed_IsStoredBeforeWhatFollows()
    {
        var rig = new TaskRig(new TaskOptions { Then = [new Continuation("next")] });
        var order = new RunOrder { RunId = new RunId("t", Guid.NewGuid()), Handler = "h", Arguments = TaskArguments.None, Attempt = 1 };

        await rig.Do(c => c.Remote.TakeReportAsync(order, new RunOutcome { Status = RunStatus.Succeeded, FinishedAt = rig.Now }));

        Assert.Equal(RunStatus.Succeeded, ((StoredRun)Assert.Single(rig.Partition.CallsOf("AddRunAsync"))[1]!).Result?.Status);
    }

    /// <summary>It does not take the occurrence, and would be due for it again and again.</summary>
    [Fact]
    public void Tick_OfATaskThatWasPausedAndNotBriefedSince_IsNotRepeated()
    {
        var rig = Scheduled(new TaskOptions());
        rig.Do(c => c.WakeAsync());
        rig.Partition.On("AttachAsync", static _ => new TaskCompletionSource<Briefing>().Task);
        rig.Do(c => c.Controls.PauseAsync(null, null, null, PausedOccurrences.Skip, Guid.Empty)).Ignore();
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(rig.Started);
        Assert.InRange(rig.Ticks, 0, 50);
    }

    [Fact]
    public void Places_OfTheTask_LetTheNextRunBeginWhenOneEnds()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        var asked = Enumerable.Range(0, 3).Select(_ => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask())).ToList();
        for (var n = 1; n <= 3; n++)
        {
            Assert.Equal(n, rig.Started.Count);
            rig.End(rig.Started[^1]);
        }

        Assert.All(asked, static a => Assert.True(a.IsCompleted));
    }

    [Fact]
    public async Task Silo_ThatIsFull_RefusesCallersAndKeepsWhatIsStored()
    {
        var rig = new TaskRig { HasPlace = false };
        await Assert.ThrowsAsync<TasksOverloadedException>(() => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()));
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        Assert.Equal("a place on a silo", (await rig.Do(c => c.Queries.GetRunAsync(run)))!.WaitingFor);

        rig.HasPlace = true;
        rig.Pass(Second);
        Assert.Single(rig.Started);
    }

    [Fact]
    public async Task Cancel_OfTheTask_EndsWhatWaitsAndStopsWhatIsUnderWay()
    {
        var rig = new TaskRig(new TaskOptions { MaxConcurrentRuns = 1 });
        _ = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        var waiting = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        Assert.True(await rig.Do(c => c.Controls.CancelAsync(Guid.Empty, Guid.Empty)));
        Assert.Equal(RunStatus.Cancelled, (await waiting)!.Status);
        Assert.Equal(RunStatus.Cancelled, Assert.Single(rig.Started).Cancelled);
        await Assert.ThrowsAsync<TaskCancelledException>(() => rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()));
    }

    [Fact]
    public async Task Leave_WithAnEndThatIsBeingStored_HandsItToTheNextActivation()
    {
        var rig = new TaskRig();
        rig.Partition.On("FinishAsync", static _ => new TaskCompletionSource().Task);
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid() }));
        rig.End(Assert.Single(rig.Started));
        var left = rig.LeaveAsync();
        rig.Pass(TimeSpan.FromSeconds(3));
        rig.Pass(TimeSpan.FromSeconds(3));
        await left;
        var (order, status) = (((HeldRun)Assert.Single(rig.Reporter.CallsOf("Add"))[0]!).Order, ((RunOutcome)rig.Reporter.CallsOf("Add").Single()[1]!).Status);
        Assert.Equal((run, RunStatus.Succeeded), (order.RunId, status));
        Assert.True(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).HasOrphans);
    }

    /// <summary>The silo stops, and waits for its runs. One that it has not cut off yet goes on there, and is not to be made anew beside that.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leave_OfASiloThatStops_GivesAwayOnlyWhatWasCutOff(bool isCutOff)
    {
        var rig = new TaskRig();
        await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce } }));
        Assert.Single(rig.Started);
        rig.Executor.On("get_IsDraining", static _ => true).On("get_HasCutOff", _ => isCutOff);
        await rig.LeaveAsync();
        var departure = (Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!;
        Assert.Equal((isCutOff ? 1 : 0, true), (departure.Runs.Count, departure.HasOrphans));
    }

    [Fact]
    public async Task Leave_WithARunUnderWay_LetsItsCallerGoAndLeavesItToBeFound()
    {
        var rig = new TaskRig();
        var asked = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        await rig.LeaveAsync();
        Assert.Null(await asked);

        // What ends from now on is told by the silo, to whoever has the task then.
        rig.End(Assert.Single(rig.Started));
        Assert.Single(rig.Reporter.CallsOf("OnEnd"));
        Assert.True(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).HasOrphans);
    }

    [Fact]
    public async Task Briefing_WithARunThatASiloHas_AdoptsItInPlaceOfStartingIt()
    {
        var rig = new TaskRig { Briefs = static b => b with { MayHaveOrphans = true } };
        var run = RunId.New("t", rig.Clock);
        var held = new HeldRun(new RunOrder { RunId = run, Handler = "h", Arguments = TaskArguments.None, Attempt = 1, ScheduledAt = rig.Now }, rig.Now, false);
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([held]));
        await rig.Do(c => c.WakeAsync());
        Assert.Equal(RunStatus.Running, (await rig.Do(c => c.Queries.GetRunAsync(run)))!.Status);
        Assert.Empty(rig.Started);

        var told = rig.Do(c => c.Requests.WaitAsync(run));
        await rig.Do(c => c.Remote.TakeReportAsync(held.Order, new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now }));
        Assert.Equal(RunStatus.Succeeded, (await told)!.Status);
    }

    private static TaskRig Scheduled(TaskOptions? options = null) => new(options, TaskSchedule.Every(TimeSpan.FromMinutes(1), TaskRig.Start))
    {
        Briefs = static b => b with { Given = b.Number == 1 ? TaskRig.Start.AddMinutes(1) : null, Awake = true },
    };

    /// <summary>A briefing tells of a run as it was. While it is asked which silos have runs, the run ends here, and is forgotten by the partition.</summary>
    [Fact]
    public async Task Briefing_WithARunThatHasEndedSince_DoesNotStartItAgain()
    {
        var rig = new TaskRig();
        var answer = new TaskCompletionSource<IReadOnlyList<HeldRun>>();
        var run = await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = RunGuarantee.AtLeastOnce } }));
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
    /// The activation before took what the attempt came to, stored it and left. The silo that reported it has not heard that yet, and still names the run when it is asked; it
    /// does not report it again.
    /// </summary>
    [Fact]
    public void Briefing_WithARunWhoseAttemptIsStoredAsEnded_DoesNotWaitForTheSiloThatStillNamesIt()
    {
        var rig = new TaskRig();
        var run = new RunId("t", Guid.NewGuid());
        var held = new HeldRun(new RunOrder { RunId = run, Handler = "h", Arguments = TaskArguments.None, Attempt = 1, ScheduledAt = rig.Now }, rig.Now, false);
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([held]));
        rig.Briefs = b => b with { MayHaveOrphans = true, Runs = [Stored(run, rig.Now + Second) with { Attempts = 1, EndedAttempts = 1, Failures = 1 }] };
        rig.Do(c => c.WakeAsync());
        rig.Briefs = static b => b;
        rig.Pass(2 * Second);

        Assert.Equal(2, Assert.Single(rig.Started).Order.Attempt);
    }

    /// <summary>A run that is not due cannot have been begun, whoever had it before.</summary>
    [Fact]
    public void Briefing_WithARunOfTheFutureThatAnotherActivationHad_BeginsItWhenItIsDueAndCountsNoLoss()
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

    /// <summary>The clocks of the two differ: what the partition takes for handed over is taken up, and begins when it is due here.</summary>
    [Fact]
    public async Task Dispatch_ThatIsDueByThePartitionsClockOnly_IsTakenUp()
    {
        var rig = new TaskRig();
        rig.Partition.On("AddRunAsync", static a => Task.FromResult((StoredRun)a[1]! with { IsHanded = true }));
        await rig.Do(c => c.StoredRequests.DispatchAsync(new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Delay = 3 * Second } }));
        rig.Pass(2 * Second);
        Assert.Empty(rig.Started);

        rig.Pass(Second);
        Assert.Single(rig.Started);
    }

    private static StoredRun Stored(RunId run, DateTimeOffset due) => new() { RunId = run, DueAt = due, Trigger = RunTrigger.Dispatch, Guarantee = RunGuarantee.AtLeastOnce };
}
