using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>The end of a run comes to the next activation of its task in several ways: with what the partition has stored, with what silos report, and in the history. It is one end.</summary>
public sealed class HandedEndTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Due = TaskRig.Start.AddMinutes(1);
    private static readonly RunId Run = RunId.Of("t", Due);
    private static readonly TaskOptions Twice = new() { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } };

    /// <summary>Silos take so long to say what they have that numbers are set apart meanwhile: the end has its result at once, and before the occurrence, which is not settled, is due here.</summary>
    [Fact]
    public async Task Occurrence_WhoseEndIsHandedOver_IsNotMadeAgainAndHasOneResult()
    {
        var rig = TakenOver(new TaskOptions(), new MemoryStorage(), Stored(RunStatus.Succeeded));
        var briefs = rig.Briefs;

        // The first question is not answered, so that the task is looked after while the second one is.
        rig.Briefs = b => b.Number == 1 ? throw new PartitionMovedException("It is being opened.") : briefs(b with { Number = b.Number - 1 }) with { Number = b.Number, MayHaveOrphans = true };
        var held = new TaskCompletionSource<IReadOnlyList<HeldRun>>();
        rig.Runner.On("HoldingAsync", _ => held.Task);
        rig.Claims.On("ClaimAsync", static _ => new TaskCompletionSource<DateTimeOffset?>().Task);
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Do(c => c.WakeAsync()));
        rig.Do(c => c.WakeAsync()).Ignore();
        rig.Pass(Second);
        Assert.Single(rig.Partition.CallsOf("ReserveAsync"), static c => c[2] is not 0L);

        held.SetResult([]);
        rig.Turns.Run();
        rig.Pass(Moment);
        await ReportAsync(rig, RunStatus.Succeeded);
        Assert.Equal(4, Assert.Single(await ResultsAsync(rig)).Sequence);
        Assert.Empty(rig.Claims.Called);
    }

    /// <summary>An earlier activation has ended the run. Before the history is read the occurrence is here once more, and a silo that was not heard repeats what it said.</summary>
    [Fact]
    public async Task Report_OfAnOccurrenceThatIsOver_BeginsNoFurtherAttempt()
    {
        var rig = await ClaimingAsync(Twice, await EndedAsync());
        await ReportAsync(rig, RunStatus.Failed);
        rig.Pass(5 * Second);
        Assert.Empty(rig.Partition.CallsOf("ParkRunAsync"));
        Assert.Empty(rig.Started);
        Assert.Single(await ResultsAsync(rig));
    }

    /// <summary>The same, and it is called off: what follows it was decided by its first end.</summary>
    [Fact]
    public async Task Cancel_OfAnOccurrenceThatIsOver_StoresNoOtherEnd()
    {
        var rig = await ClaimingAsync(Twice with { Then = [new Continuation("other")] }, await EndedAsync());
        rig.Do(c => c.Controls.CancelRunAsync(Run, timedOut: false, Guid.Empty)).Ignore();
        rig.Pass(Second);
        Assert.Empty(rig.Partition.CallsOf("FinishAsync"));
        Assert.Equal(RunStatus.Failed, Assert.Single(await ResultsAsync(rig)).Status);
    }

    /// <summary>The partition has the only copy of what is not written yet.</summary>
    [Fact]
    public async Task Briefing_WithAResultThatIsHereAndNotWrittenYet_IsReleasedWhenItIs()
    {
        var rig = TakenOver(new TaskOptions(), new MemoryStorage());
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Moment);
        rig.End(Assert.Single(rig.Started));

        await HandOverAsync(rig, Stored(RunStatus.Succeeded));
        Assert.Empty(Released(rig));

        rig.Pass(Second);
        Assert.Contains(Run.Value, Released(rig));
        Assert.Single(await ResultsAsync(rig));
    }

    /// <summary>It is handed over late, as where there are many runs: the occurrence is about to be made once more.</summary>
    [Fact]
    public async Task Briefing_WithTheEndOfAnOccurrenceThatIsBeingClaimed_EndsItAndReleasesIt()
    {
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage());
        await HandOverAsync(rig, Stored(RunStatus.Succeeded));
        rig.Pass(Second);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await ResultsAsync(rig)).Status);
        Assert.Contains(Run.Value, Released(rig));
    }

    /// <summary>The same of one that is to have another attempt.</summary>
    [Fact]
    public async Task Briefing_WithAnOccurrenceThatIsBeingClaimed_HasItsNextAttemptMade()
    {
        var claim = new TaskCompletionSource<DateTimeOffset?>();
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage(), claim.Task);
        rig.Partition.On("FindRunAsync", static _ => Task.FromResult<StoredRun?>(Stored(null)));
        await HandOverAsync(rig, Stored(null));
        claim.SetResult(null);
        rig.Pass(5 * Second);
        Assert.Equal(2, Assert.Single(rig.Started).Order.Attempt);
    }

    /// <summary>A silo was not heard for so long that its run has left the history when it says once more what came of it.</summary>
    [Fact]
    public async Task Report_OfARunWhoseResultHasLeftTheHistory_IsNoSecondResult()
    {
        var rig = new TaskRig(new TaskOptions { HistoryLength = 1 });
        var order = new RunOrder { RunId = RunId.New("t", rig.Clock), Handler = "h", Arguments = TaskArguments.None, Attempt = 1, ScheduledAt = rig.Now, Trigger = RunTrigger.Request, Guarantee = RunGuarantee.AtMostOnce };
        foreach (var each in new[] { order, order with { RunId = RunId.New("t", rig.Clock) }, order })
        {
            await rig.Do(c => c.Remote.TakeReportAsync(each, new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now }));
        }

        Assert.Equal(2, Assert.Single(await ResultsAsync(rig)).Sequence);
    }

    /// <summary>The next activation has it from its silo, which was answered before it repeated what it said: then only the silo of the earlier activation tells it.</summary>
    [Fact]
    public async Task Leave_WithTheEndOfARunOfAnotherSilo_NamesTheOrderByWhichThatSiloHadIt()
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        var order = (RunOrder)Assert.Single(rig.Runner.CallsOf("StartAsync"))[0]!;
        rig.Partition.On("ReserveAsync", static _ => new TaskCompletionSource().Task);
        var outcome = new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now };
        await rig.Do(c => c.Remote.TakeReportAsync(order, outcome));
        Leave(rig);
        var told = ((HeldRun)Assert.Single(rig.Reporter.CallsOf("Add"))[0]!).Order;
        Assert.Equal((order.RunId, order.Offer), (told.RunId, told.Offer));

        var next = new TaskRig { Briefs = b => b with { MayHaveOrphans = b.Number == 1 } };
        next.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([new HeldRun(order, rig.Now, false)]));
        await next.Do(c => c.WakeAsync());
        await next.Do(c => c.Remote.TakeReportAsync(told, outcome));
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await ResultsAsync(next)).Status);
    }

    /// <summary>It would be given to the next activation, which would make it once more.</summary>
    [Fact]
    public async Task Leave_WithAnOccurrenceThatHasEndedWhileItWasClaimed_DoesNotGiveItBack()
    {
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage());
        await ReportAsync(rig, RunStatus.Succeeded);
        Leave(rig);
        Assert.Null(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).Unclaimed);
    }

    /// <summary>The results of all that the partition hands over first are in the history.</summary>
    [Fact]
    public async Task Briefing_WithRunsThatAreOver_IsFollowedByTheNextOne()
    {
        var rig = TakenOver(Twice, await EndedAsync(), Stored(RunStatus.Failed));
        var briefs = rig.Briefs;
        rig.Briefs = b => briefs(b) with { HasMore = b.Number == 1, Given = null };
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Moment);
        Assert.Contains(Run.Value, Released(rig));
        Assert.Equal(2, rig.Partition.CallsOf("AttachAsync").Count());
    }

    private static StoredRun Stored(RunStatus? status) => new()
    {
        RunId = Run,
        DueAt = Due,
        Occurrence = Due,
        Trigger = RunTrigger.Schedule,
        Guarantee = RunGuarantee.AtLeastOnce,
        Attempts = 1,
        EndedAttempts = 1,
        Result = status is { } s ? new TaskResult { RunId = Run, Trigger = RunTrigger.Schedule, ScheduledAt = Due, Status = s, Attempt = 2, FinishedAt = Due } : null,
    };

    private static Task ReportAsync(TaskRig rig, RunStatus status)
    {
        var order = new RunOrder { RunId = Run, Handler = "h", Arguments = TaskArguments.None, Attempt = 2, ScheduledAt = Due, Trigger = RunTrigger.Schedule, Guarantee = RunGuarantee.AtLeastOnce };
        return rig.Do(c => c.Remote.TakeReportAsync(order, new RunOutcome { Status = status, StartedAt = Due, FinishedAt = Due }));
    }

    private static async Task<IReadOnlyList<TaskResult>> ResultsAsync(TaskRig rig) => (await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).Results;

    private static IEnumerable<Guid> Released(TaskRig rig) => rig.Partition.CallsOf("ReleaseAsync").SelectMany(static c => (IReadOnlyList<Guid>)c[2]!);

    /// <summary>Has the partition hand a run over with its next answer.</summary>
    private static Task HandOverAsync(TaskRig rig, StoredRun run)
    {
        var briefs = rig.Briefs;
        rig.Briefs = b => briefs(b) with { Runs = [run] };
        return rig.Do(c => c.WakeAsync());
    }

    /// <summary>Has the activation leave, and what it waits for not come.</summary>
    private static void Leave(TaskRig rig)
    {
        rig.LeaveAsync().Ignore();
        rig.Pass(2 * Second);
        rig.Pass(2 * Second);
    }

    /// <summary>What an earlier activation has stored, which has made both attempts.</summary>
    private static async Task<MemoryStorage> EndedAsync()
    {
        var before = TakenOver(Twice, new MemoryStorage());
        await before.Do(c => c.WakeAsync());
        before.Pass(Moment);
        before.End(Assert.Single(before.Started), RunStatus.Failed);
        before.Pass(Moment);
        before.End(before.Started[1], RunStatus.Failed);
        before.Pass(Second);
        Assert.Equal(RunStatus.Failed, Assert.Single(await ResultsAsync(before)).Status);
        return before.Storage;
    }

    /// <summary>A task that was taken over, and whose partition is noting that the occurrence starts.</summary>
    private static async Task<TaskRig> ClaimingAsync(TaskOptions options, MemoryStorage storage, Task<DateTimeOffset?>? claim = null)
    {
        var rig = TakenOver(options, storage);
        rig.Claims.On("ClaimAsync", _ => claim ?? new TaskCompletionSource<DateTimeOffset?>().Task);
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Moment);
        Assert.Single(rig.Claims.Called);
        return rig;
    }

    /// <summary>A task that comes to this silo one second after it was due, and of which its partition does not know that the occurrence is settled.</summary>
    private static TaskRig TakenOver(TaskOptions options, MemoryStorage storage, params StoredRun[] stored)
    {
        var sequence = storage.Keys.Any() ? 11 : 3;
        var rig = new TaskRig(options with { Guarantee = RunGuarantee.AtLeastOnce }, TaskSchedule.Every(TimeSpan.FromMinutes(1), TaskRig.Start), storage)
        {
            Briefs = b => b with { Given = b.Number == 1 ? Due : null, Awake = true, Sequence = sequence, Term = 2, Runs = b.Number == 1 ? stored : [] },
        };
        rig.Clock.SetUtcNow(Due.AddSeconds(1));
        return rig;
    }
}
