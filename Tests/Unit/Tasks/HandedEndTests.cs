using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests that the end of a run counts once, although the next activation may learn it from the partition, from silos and from the history.
/// </summary>
public sealed class HandedEndTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset Due = TaskRig.Start.AddMinutes(1);
    private static readonly RunId Run = RunId.Of("t", Due);
    private static readonly TaskOptions Twice = new() { Retry = new RetryPolicy { MaxAttempts = 2, Delay = TimeSpan.Zero } };

    /// <summary>
    /// Silos answer so slowly that sequence numbers are reserved meanwhile. The end gets its result at once, before the occurrence, which
    /// is not settled, becomes due here.
    /// </summary>
    [Fact]
    public async Task Occurrence_EndTransferred_IsNotRepeatedAndHasOneResult()
    {
        var rig = TakenOver(new TaskOptions(), new MemoryStorage(), Stored(RunStatus.Succeeded));
        var briefs = rig.Briefs;

        // The first request fails, so that the task does other work while the second one is in progress.
        rig.Briefs = b =>
            b.Number == 1
                ? throw new PartitionMovedException("It is being opened.")
                : briefs(b with { Number = b.Number - 1 }) with { Number = b.Number, MayHaveOrphans = true };
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

    /// <summary>
    /// An earlier activation has ended the run. Before this one reads the history, it has the occurrence again, and a silo repeats its
    /// report.
    /// </summary>
    [Fact]
    public async Task Report_EndedOccurrence_StartsNoFurtherAttempt()
    {
        var rig = await ClaimingAsync(Twice, await EndedAsync());
        await ReportAsync(rig, RunStatus.Failed);
        rig.Pass(5 * Second);
        Assert.Empty(rig.Partition.CallsOf("ParkRunAsync"));
        Assert.Empty(rig.Started);
        Assert.Single(await ResultsAsync(rig));
    }

    /// <summary>As above, but the run is cancelled. Its first end has already determined the continuation.</summary>
    [Fact]
    public async Task Cancel_EndedOccurrence_StoresNoOtherEnd()
    {
        var rig = await ClaimingAsync(Twice with { Then = [new Continuation("other")] }, await EndedAsync());
        rig.Do(c => c.Controls.CancelRunAsync(Run, timedOut: false, Guid.Empty)).Ignore();
        rig.Pass(Second);
        Assert.Empty(rig.Partition.CallsOf("FinishAsync"));
        Assert.Equal(RunStatus.Failed, Assert.Single(await ResultsAsync(rig)).Status);
    }

    /// <summary>Until the result is written, the partition has the only stored copy.</summary>
    [Fact]
    public async Task Briefing_UnwrittenResult_IsReleasedAfterTheWrite()
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

    /// <summary>With many runs, the partition hands over the end late, when the occurrence is about to run again.</summary>
    [Fact]
    public async Task Briefing_EndOfAnOccurrenceBeingClaimed_EndsAndReleasesIt()
    {
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage());
        await HandOverAsync(rig, Stored(RunStatus.Succeeded));
        rig.Pass(Second);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(await ResultsAsync(rig)).Status);
        Assert.Contains(Run.Value, Released(rig));
    }

    /// <summary>As above, but the run has another attempt left.</summary>
    [Fact]
    public async Task Briefing_OccurrenceBeingClaimed_StartsItsNextAttempt()
    {
        var claim = new TaskCompletionSource<DateTimeOffset?>();
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage(), claim.Task);
        rig.Partition.On("FindRunAsync", static _ => Task.FromResult<StoredRun?>(Stored(null)));
        await HandOverAsync(rig, Stored(null));
        claim.SetResult(null);
        rig.Pass(5 * Second);
        Assert.Equal(2, Assert.Single(rig.Started).Order.Attempt);
    }

    /// <summary>A silo repeats its report so late that the result has left the history.</summary>
    [Fact]
    public async Task Report_ResultNoLongerInTheHistory_AddsNoSecondResult()
    {
        var rig = new TaskRig(new TaskOptions { HistoryLength = 1 });
        var order = new RunOrder
        {
            RunId = RunId.New("t", rig.Clock),
            Handler = "h",
            Arguments = TaskArguments.None,
            Attempt = 1,
            ScheduledAt = rig.Now,
            Trigger = RunTrigger.Request,
            Guarantee = RunGuarantee.AtMostOnce
        };
        foreach (var each in new[] { order, order with { RunId = RunId.New("t", rig.Clock) }, order })
        {
            await rig.Do(
                c => c.Remote.TakeReportAsync(each,
                    new RunOutcome { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now }));
        }

        Assert.Equal(2, Assert.Single(await ResultsAsync(rig)).Sequence);
    }

    /// <summary>
    /// The next activation learns of the run from the run's silo, whose report was already acknowledged and is not repeated. Only the
    /// earlier activation's silo reports the end, and it must name the same order.
    /// </summary>
    [Fact]
    public async Task Leave_EndOfARunOnAnotherSilo_NamesItsOrder()
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

    /// <summary>The partition would otherwise give the occurrence to the next activation, which would run it again.</summary>
    [Fact]
    public async Task Leave_OccurrenceEndedDuringItsClaim_IsNotReturned()
    {
        var rig = await ClaimingAsync(new TaskOptions(), new MemoryStorage());
        await ReportAsync(rig, RunStatus.Succeeded);
        Leave(rig);
        Assert.Null(((Departure)Assert.Single(rig.Departures.CallsOf("LeaveAsync"))[2]!).Unclaimed);
    }

    /// <summary>The history already has the results of all runs in the first briefing.</summary>
    [Fact]
    public async Task Briefing_EndedRuns_RequestsTheNextBriefing()
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
        Result = status is { } s
            ? new TaskResult { RunId = Run, Trigger = RunTrigger.Schedule, ScheduledAt = Due, Status = s, Attempt = 2, FinishedAt = Due }
            : null,
    };

    private static Task ReportAsync(TaskRig rig, RunStatus status)
    {
        var order = new RunOrder
        {
            RunId = Run,
            Handler = "h",
            Arguments = TaskArguments.None,
            Attempt = 2,
            ScheduledAt = Due,
            Trigger = RunTrigger.Schedule,
            Guarantee = RunGuarantee.AtLeastOnce
        };
        return rig.Do(c => c.Remote.TakeReportAsync(order, new RunOutcome { Status = status, StartedAt = Due, FinishedAt = Due }));
    }

    private static async Task<IReadOnlyList<TaskResult>> ResultsAsync(TaskRig rig) =>
        (await rig.Do(static c => c.Queries.HistoryAsync(0, 10))).Results;

    private static IEnumerable<Guid> Released(TaskRig rig) =>
        rig.Partition.CallsOf("ReleaseAsync").SelectMany(static c => (IReadOnlyList<Guid>)c[2]!);

    /// <summary>Makes the partition hand over a run with its next answer.</summary>
    private static Task HandOverAsync(TaskRig rig, StoredRun run)
    {
        var briefs = rig.Briefs;
        rig.Briefs = b => briefs(b) with { Runs = [run] };
        return rig.Do(c => c.WakeAsync());
    }

    /// <summary>Deactivates the task while what it waits for does not arrive.</summary>
    private static void Leave(TaskRig rig)
    {
        rig.LeaveAsync().Ignore();
        rig.Pass(2 * Second);
        rig.Pass(2 * Second);
    }

    /// <summary>Returns the storage of an earlier activation that made both attempts.</summary>
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

    /// <summary>Creates a task that was taken over and whose claim for the occurrence is in progress.</summary>
    private static async Task<TaskRig> ClaimingAsync(TaskOptions options, MemoryStorage storage, Task<DateTimeOffset?>? claim = null)
    {
        var rig = TakenOver(options, storage);
        rig.Claims.On("ClaimAsync", _ => claim ?? new TaskCompletionSource<DateTimeOffset?>().Task);
        await rig.Do(c => c.WakeAsync());
        rig.Pass(Moment);
        Assert.Single(rig.Claims.Called);
        return rig;
    }

    /// <summary>
    /// Creates a task that moves to this silo one second after its occurrence was due. The partition does not know that the occurrence is
    /// settled.
    /// </summary>
    private static TaskRig TakenOver(TaskOptions options, MemoryStorage storage, params StoredRun[] stored)
    {
        var sequence = storage.Keys.Any() ? 11 : 3;
        var rig = new TaskRig(options with { Guarantee = RunGuarantee.AtLeastOnce },
            TaskSchedule.Every(TimeSpan.FromMinutes(1), TaskRig.Start), storage)
        {
            Briefs = b =>
                b with
                {
                    Given = b.Number == 1 ? Due : null,
                    Awake = true,
                    Sequence = sequence,
                    Term = 2,
                    Runs = b.Number == 1 ? stored : []
                },
        };
        rig.Clock.SetUtcNow(Due.AddSeconds(1));
        return rig;
    }
}
