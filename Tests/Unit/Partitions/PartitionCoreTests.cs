using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Storage;
using static OrleansTasks.Tests.Unit.PartitionRig;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how a partition handles runs, tasks and failing storage.</summary>
public sealed class PartitionCoreTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    /// <summary>
    /// The texts that opening a partition reads are four times as large as its state. The log's options once kept them in memory.
    /// </summary>
    [Fact]
    public async Task Open_APartition_ReleasesTheTextsItRead()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromDays(1)), new TaskOptions { Tags = ["marked"] });
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        var kept = Reachable.From(rig.Core, o => o == rig.Storage).ToList();
        Assert.Contains(kept, static o => o is TaskEntry { Name: "t" });
        Assert.DoesNotContain(kept,
            static o =>
                o is string text && text.Contains("marked", StringComparison.Ordinal) && text.Contains('{', StringComparison.Ordinal));
    }

    /// <summary>
    /// The position stores the progress of a task's history and ledger with its numbers. The next owner gets it, also after the partition
    /// was opened again.
    /// </summary>
    [Fact]
    public async Task Marks_OfATask_OnlyIncreaseAndAreRemovedWithIt()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t");
        var epoch = await AttachAsync(before, First, 1);
        await before.Do(c => c.Positions.ReserveAsync("t", epoch, 8, new StoredMarks(0, 2)));
        await before.Do(c => c.Runs.ReleaseAsync("t", epoch, [], new StoredMarks(5, 1)));
        await before.Do(c => c.Positions.SettleAsync("t", epoch, PartitionRig.Start, new StoredMarks(4, 3)));
        await before.Do(c => c.Positions.ClaimAsync([new OccurrenceClaim("t", epoch, PartitionRig.Start, null, new StoredMarks(6, 3))]));
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        Assert.Equal(new StoredMarks(6, 3), briefing.Marks);
        await rig.Do(
            c => c.Tasks.DetachAsync("t",
                new Departure { Activation = Second, Briefed = true, Term = briefing.Term, Sequence = 7, Marks = new StoredMarks(7, 4) }));
        Assert.Equal(new StoredMarks(7, 4), rig.Core.State.Slots["t"].Position.Marks);

        // What was removed on purpose does not count as missing.
        rig.Core.State.RemoveTask("t");
        Assert.Equal(default, rig.Core.State.Slots["t"].Position.Marks);
        Assert.Equal(default, rig.Core.State.Slots["t"].PositionWith(new StoredMarks(7, 4)).Marks);
    }

    /// <summary>The message arrives twice, and a user pauses the task in between.</summary>
    [Fact]
    public async Task Resume_OfATaskThatIsNotPaused_ChangesNothingNowOrLater()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var request = Guid.NewGuid();
        Task<TaskEntry> SetAsync(TaskState state, Guid id) =>
            rig.Do(c => c.Registry.SetStateAsync("t", epoch, state, null, null, null, false, id));
        var before = rig.Core.State.Slots["t"].Entry;

        Assert.Equal(before, await SetAsync(TaskState.Active, request));
        await SetAsync(TaskState.Paused, Guid.NewGuid());
        Assert.Equal(TaskState.Paused, (await SetAsync(TaskState.Active, request)).State);
        Assert.Equal(TaskState.Active, (await SetAsync(TaskState.Active, Guid.NewGuid())).State);
    }

    [Fact]
    public async Task Add_DueRun_ReportsItsTransfer()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)))).IsHanded);
        Assert.False((await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddHours(1))))).IsHanded);
    }

    /// <summary>There is no time to wake the task before this instant. The partition must still look after all other tasks.</summary>
    [Fact]
    public async Task Add_RunDueAtTheMinimumInstant_IsTransferred()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, Run(default)))).IsHanded);
    }

    /// <summary>
    /// The task calculated the instant with a clock that was three minutes ahead, and repeated the call after the clock was corrected.
    /// </summary>
    [Fact]
    public async Task Add_RunWithAWaitShorterThanItsInstant_IsDueAfterTheWait()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var wait = TimeSpan.FromSeconds(2);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddMinutes(3)) with { Wait = wait }));
        Assert.InRange(run.DueAt, PartitionRig.Start + wait, PartitionRig.Start + wait + TimeSpan.FromSeconds(1));

        await rig.Do(c => c.Runs.ParkAsync(epoch, run with { EndedAttempts = 1, DueAt = PartitionRig.Start.AddMinutes(4) }));
        Assert.InRange((await rig.Do(c => c.Runs.FindAsync(run.RunId)))!.DueAt, PartitionRig.Start + wait,
            PartitionRig.Start + wait + TimeSpan.FromSeconds(1));

        // An instant from a caller does not change.
        var named = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddMinutes(3))));
        Assert.Equal(PartitionRig.Start.AddMinutes(3), named.DueAt);
    }

    /// <summary>
    /// A request or its message may arrive twice, if the answer that the run is handed over was lost. The clock may have been put back
    /// since.
    /// </summary>
    [Fact]
    public async Task Add_TransferredRun_ReportsItsTransferAgain()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var (now, later) = (Run(PartitionRig.Start) with { IdempotencyKey = "k" }, Run(PartitionRig.Start.AddHours(1)));
        for (var n = 0; n < 2; n++)
        {
            Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, now))).IsHanded);
            Assert.False((await rig.Do(c => c.Runs.AddAsync(epoch, later))).IsHanded);
        }

        // Another request created the run with this key, and gets an answer of its own.
        var other = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start) with { IdempotencyKey = "k" }));
        Assert.Equal((now.RunId, false), (other.RunId, other.IsHanded));
        await rig.Do(c => c.Runs.FinishAsync("t", epoch, [new TaskResult { RunId = now.RunId, Status = RunStatus.Succeeded }]));
        var ended = await rig.Do(c => c.Runs.AddAsync(epoch, now));
        Assert.True(ended is { IsHanded: true, Result.Status: RunStatus.Succeeded });
    }

    /// <summary>The task's clock is a little ahead of the partition's.</summary>
    [Fact]
    public async Task Add_ImmediateRun_IsDueByAnyClock()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddSeconds(5)) with { Wait = TimeSpan.Zero }));
        Assert.True(run.IsHanded);
        Assert.Equal(rig.Clock.GetUtcNow(), run.DueAt);

        // A delayed run waits by the clock of its task, which starts it.
        var due = PartitionRig.Start.AddSeconds(12);
        Assert.Equal(due, (await rig.Do(c => c.Runs.AddAsync(epoch, Run(due) with { Wait = TimeSpan.FromSeconds(5) }))).DueAt);
    }

    /// <summary>
    /// A silo that joined just before all others were lost may have runs. The partition may not have stored that this silo existed.
    /// </summary>
    [Fact]
    public async Task Open_NoEarlierSiloLeft_AsksTheOthersForRuns()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t");
        var epoch = await AttachAsync(rig, First, 1);
        await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)));
        await rig.Do(async c =>
        {
            c.State.SetHeader(c.State.Header! with { Silos = ["S10.0.0.9:1:1"] });
            await c.Keeper.CommitAsync();
        });

        var next = new PartitionRig(rig.Storage);
        Assert.True((await next.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)))).MayHaveOrphans);
    }

    /// <summary>All silos but one were replaced, and that one leaves too. Runs of its tasks execute on the new silos.</summary>
    [Fact]
    public async Task Open_OnALeavingSilo_DoesNotStartANewCluster()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t");
        await AttachAsync(rig, First, 1);
        await rig.Do(async c =>
        {
            c.State.SetHeader(c.State.Header! with { Silos = [TaskRig.Here.ToString(), "S10.0.0.9:1:1"], StartedAt = PartitionRig.Start });
            await c.Keeper.CommitAsync();
        });

        var next = new PartitionRig(rig.Storage, isLeaving: true);
        Assert.True((await next.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)))).MayHaveOrphans);
        Assert.Equal(TaskSlot.Ownership.Unknown, new PartitionRig(rig.Storage, isLeaving: true).Core.State.Slot("t").Owner);
    }

    [Fact]
    public async Task Park_EndedRun_DoesNotRestoreIt()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)));
        await rig.Do(
            c => c.Runs.FinishAsync("t", epoch,
                [new TaskResult { RunId = run.RunId, Status = RunStatus.Succeeded, Trigger = RunTrigger.Dispatch }]));
        await rig.Do(c => c.Runs.ReleaseAsync("t", epoch, [run.RunId.Value]));

        await rig.Do(c => c.Runs.ParkAsync(epoch, run with { EndedAttempts = 1 }));
        Assert.Null(await rig.Do(c => c.Runs.FindAsync(run.RunId)));

        await rig.Do(c => c.Tasks.LeaveRunsAsync("t", First, [run], 1));
        Assert.Null(await rig.Do(c => c.Runs.FindAsync(run.RunId)));
        Assert.Empty((await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)))).Runs);
    }

    /// <summary>A replaced partition learns only from a write that it was replaced.</summary>
    [Fact]
    public async Task Reserve_NoNumbers_IsConfirmedByStorage()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var records = rig.Storage.Keys.Count();
        await rig.Do(c => c.Positions.ReserveAsync("t", epoch, 0));
        Assert.True(rig.Storage.Keys.Count() > records);
    }

    [Fact]
    public async Task Waker_ShortlyBeforeAnOccurrence_WakesItsTask()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromHours(1), PartitionRig.Start));
        rig.Clock.SetUtcNow(PartitionRig.Start.AddHours(1) - WakePlan.Ahead - TimeSpan.FromSeconds(1));
        rig.Turns.Run();
        Assert.Empty(rig.Task.CallsOf("WakeAsync"));

        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Turns.Run();
        Assert.Single(rig.Task.CallsOf("WakeAsync"));
        Assert.Equal(PartitionRig.Start.AddHours(1), (await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)))).Given);
    }

    /// <summary>Without this error, the caller would get a timeout that does not name the cause.</summary>
    [Fact]
    public async Task Call_WhileStorageFails_ReportsItAndStartedWorkContinues()
    {
        var rig = new PartitionRig();
        var begun = new TaskCompletionSource();
        var call = rig.Turns.Begin(() => rig.Core.Keeper.UnlessStorageFailsAsync(begun.Task));
        rig.Core.Keeper.OnStorageFailed(new IOException("The disk is full."));
        rig.Turns.Run();
        Assert.False(call.IsCompleted);

        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        rig.Core.Keeper.OnStorageFailed(new IOException("The disk is full."));
        rig.Turns.Run();

        var told = await Assert.ThrowsAsync<PartitionMovedException>(() => call);
        Assert.True(told.StorageFails);
        Assert.Contains("The disk is full.", told.Message, StringComparison.Ordinal);
        Assert.False(begun.Task.IsCompleted);
    }

    /// <summary>With the default limits, 670,000 tasks are too many for one commit. Removing so many takes some seconds.</summary>
    [Fact]
    public async Task Clear_LargerThanTheJournal_IsSplitAndRemovesAll()
    {
        const int Tasks = 3_000;
        var limits = new PartitionLogOptions { SegmentBytes = 2 << 10, JournalSlots = 64, FoldAfterSegments = 16 };
        var rig = new PartitionRig(limits: limits);
        await rig.Do(
            c => c.Registry.DefineAsync(
                [.. Enumerable.Range(0, Tasks).Select(static n => new TaskDefinition { Name = $"t{n}", Handler = "h" })]));
        Assert.Equal(Tasks, rig.Core.State.TaskCount);

        await rig.Do(c => c.Registry.ClearAsync(Guid.NewGuid()));

        Assert.Equal(0, rig.Core.State.TaskCount);
        Assert.False(rig.Core.Keeper.IsLost);
        Assert.Equal(0, new PartitionRig(rig.Storage, limits).Core.State.TaskCount);
    }
}
