using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit;

/// <summary>What a partition does with calls that are late, doubled or of activations that are no more.</summary>
public sealed class PartitionCoreTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    /// <summary>What was read to open a partition is four times what the partition needs of it, and was once kept by the log's options.</summary>
    [Fact]
    public async Task Open_APartition_KeepsNoneOfTheTextsThatItHasRead()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromDays(1)), new TaskOptions { Tags = ["marked"] });
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        var kept = Reachable.From(rig.Core, o => o == rig.Storage).ToList();
        Assert.Contains(kept, static o => o is TaskEntry { Name: "t" });
        Assert.DoesNotContain(kept, static o => o is string text && text.Contains("marked", StringComparison.Ordinal) && text.Contains('{', StringComparison.Ordinal));
    }

    /// <summary>The first question and the departure of an activation came once more, late, to a partition that had been opened anew: numbers that its successor had used were given out again.</summary>
    [Fact]
    public async Task Detach_OfAnActivationThatHadLeftLongBefore_GivesNoNumberOutAgain()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromSeconds(5)));
        var first = await before.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var departure = new Departure { Activation = First, Briefed = true, Term = first.Term, Sequence = 0 };
        await before.Do(c => c.Tasks.DetachAsync("t", departure));
        var epoch = (await before.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)))).Epoch;
        await before.Do(c => c.Positions.ReserveAsync("t", epoch, 8));
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => c.Tasks.DetachAsync("t", departure)));

        // Nobody has it now: the partition has to look after its occurrences again.
        Assert.NotNull(rig.Core.State.Slots["t"].HeapDue);
        var next = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Guid.NewGuid(), 1)));
        Assert.Equal((8, true), (next.Sequence, next.MayHaveOrphans));
    }

    /// <summary>Its silo was declared dead and lived on; its successor had made the same occurrence, which was over. Taken from it, the run had two results.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Leave_OfAnActivationThatAnotherHasReplaced_BringsNoRunBack(bool isPart, bool isOpenedAnew)
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t");
        var first = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var second = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        if (isOpenedAnew)
        {
            await rig.Do(static c => c.CloseAsync());
            rig = new PartitionRig(rig.Storage);
        }

        var run = Run(PartitionRig.Start) with { Trigger = RunTrigger.Schedule };
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => isPart
            ? c.Tasks.LeaveRunsAsync("t", First, [run], first.Term)
            : c.Tasks.DetachAsync("t", new Departure { Activation = First, Briefed = true, Term = first.Term, Runs = [run] })));
        Assert.Null(await rig.Do(c => c.Runs.FindAsync(run.RunId)));

        // What the successor leaves is taken.
        await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = Second, Briefed = true, Term = second.Term, Runs = [run] }));
        Assert.NotNull(await rig.Do(c => c.Runs.FindAsync(run.RunId)));
    }

    /// <summary>A question of an activation that had left came once more, late, to a partition that had been opened anew: the task had an owner again that was no more, and nobody woke it.</summary>
    [Fact]
    public async Task Attach_OfAQuestionThatMayBeOlderThanThePartition_HasItAskedOnceMore()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t");
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        var question = Attachment(First, 1) with { Met = Guid.Empty };
        var asked = await Assert.ThrowsAsync<UnmetPartitionException>(() => rig.Do(c => c.Tasks.AttachAsync("t", question)));
        Assert.Equal(TaskSlot.Ownership.Unknown, rig.Core.State.Slots["t"].Owner);

        // One that bears the name was sent since then; those that follow are of an activation that is known.
        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", question with { Met = asked.Partition }));
        Assert.Equal(1, briefing.Number);
        await rig.Do(c => c.Tasks.AttachAsync("t", question with { Question = 2, Term = briefing.Term, Briefing = 1, Epoch = briefing.Epoch }));

        // Nothing is on its way for so long; nor before a partition that is the first.
        rig.Clock.Advance(RememberedIds.Kept);
        await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1) with { Met = Guid.Empty }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Attach_AfterTheClusterHasComeUpFromNothing_IsAskedOnceMoreWhereOtherSilosAre(bool isAlone, bool isAsked)
    {
        var rig = new PartitionRig(isAlone: isAlone);
        var attaching = rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1) with { Met = Guid.Empty }));
        Assert.Equal(isAsked, await Record.ExceptionAsync(() => attaching) is UnmetPartitionException);
    }

    /// <summary>How far a task's history and ledger have come is kept with its numbers: the next owner learns it, also after the partition was opened anew.</summary>
    [Fact]
    public async Task Marks_OfATask_OnlyGoOnAndAreForgottenWithIt()
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
        await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = Second, Briefed = true, Term = briefing.Term, Sequence = 7, Marks = new StoredMarks(7, 4) }));
        Assert.Equal(new StoredMarks(7, 4), rig.Core.State.Slots["t"].Position.Marks);

        // What is removed on purpose is not missed.
        rig.Core.State.RemoveTask("t");
        Assert.Equal(default, rig.Core.State.Slots["t"].Position.Marks);
        Assert.Equal(default, rig.Core.State.Slots["t"].PositionWith(new StoredMarks(7, 4)).Marks);
    }

    [Fact]
    public async Task Add_OfADueRun_SaysThatItIsHandedOver()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)))).IsHanded);
        Assert.False((await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddHours(1))))).IsHanded);
    }

    /// <summary>An instant before which there is no time to wake its task does not keep the partition from looking after all others.</summary>
    [Fact]
    public async Task Add_OfARunThatIsDueAtTheBeginningOfTime_IsHandedOver()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, Run(default)))).IsHanded);
    }

    /// <summary>Its first question was long on its way: meanwhile it has asked again, been answered, and left, or another one has taken its place.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attach_OfAnActivationThatIsNoMore_IsRefused(bool hasLeft)
    {
        var rig = new PartitionRig();
        await AttachAsync(rig, First, 2);
        if (hasLeft)
        {
            await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = First, Briefed = true }));
        }

        var epoch = await AttachAsync(rig, Second, 1);
        await Assert.ThrowsAsync<ReplacedTaskException>(() => AttachAsync(rig, First, 1));
        Assert.True((await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)))).IsHanded);
    }

    /// <summary>The task reckoned by a clock that was three minutes ahead, and the call was repeated when it was right again.</summary>
    [Fact]
    public async Task Add_OfARunThatIsToWaitForLessThanItsInstantIsAway_IsDueAfterItsWait()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var wait = TimeSpan.FromSeconds(2);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddMinutes(3)) with { Wait = wait }));
        Assert.InRange(run.DueAt, PartitionRig.Start + wait, PartitionRig.Start + wait + TimeSpan.FromSeconds(1));

        await rig.Do(c => c.Runs.ParkAsync(epoch, run with { EndedAttempts = 1, DueAt = PartitionRig.Start.AddMinutes(4) }));
        Assert.InRange((await rig.Do(c => c.Runs.FindAsync(run.RunId)))!.DueAt, PartitionRig.Start + wait, PartitionRig.Start + wait + TimeSpan.FromSeconds(1));

        // An instant that somebody named is kept.
        var named = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddMinutes(3))));
        Assert.Equal(PartitionRig.Start.AddMinutes(3), named.DueAt);
    }

    /// <summary>A question that was long on its way comes after a later one: what it were handed, nobody would take.</summary>
    [Fact]
    public async Task Attach_WithAnEarlierQuestion_HandsNothingOver()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 2);
        var run = Run(PartitionRig.Start.AddSeconds(30));
        await rig.Do(c => c.Runs.AddAsync(epoch, run));
        await Assert.ThrowsAsync<StaleTaskException>(() => AttachAsync(rig, First, 1));

        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 3)));
        Assert.Equal(run.RunId, Assert.Single(briefing.Runs).RunId);
    }

    /// <summary>A late question attached the activation to a partition that had been opened anew: the number of its last briefing, of the attachment before, happened to be the same.</summary>
    [Fact]
    public async Task Attach_WithTheNumberOfABriefingOfAnotherEpoch_HandsTheRunsOverAgain()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, Second, 1);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddSeconds(30))));
        var late = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        Assert.Equal(run.RunId, Assert.Single(late.Runs).RunId);

        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Briefing = late.Number, Epoch = late.Epoch - 1 }));
        Assert.Equal(run.RunId, Assert.Single(briefing.Runs).RunId);
        Assert.Empty((await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 3) with { Briefing = briefing.Number, Epoch = briefing.Epoch }))).Runs);
    }

    /// <summary>A silo that joined just before all others were lost may have runs, and that it was there may not have been stored.</summary>
    [Fact]
    public async Task Open_WhenNoneOfTheSilosIsLeftThatWereThere_HasTheOthersAskedForRuns()
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

    /// <summary>All silos were replaced but one, which leaves as well: its tasks have runs under way on the new ones.</summary>
    [Fact]
    public async Task Open_OnASiloThatLeaves_DoesNotTakeTheClusterForANewOne()
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
    public async Task Park_OfARunThatIsOver_DoesNotBringItBack()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start)));
        await rig.Do(c => c.Runs.FinishAsync("t", epoch, [new TaskResult { RunId = run.RunId, Status = RunStatus.Succeeded, Trigger = RunTrigger.Dispatch }]));
        await rig.Do(c => c.Runs.ReleaseAsync("t", epoch, [run.RunId.Value]));

        await rig.Do(c => c.Runs.ParkAsync(epoch, run with { EndedAttempts = 1 }));
        Assert.Null(await rig.Do(c => c.Runs.FindAsync(run.RunId)));

        await rig.Do(c => c.Tasks.LeaveRunsAsync("t", First, [run], 1));
        Assert.Null(await rig.Do(c => c.Runs.FindAsync(run.RunId)));
        Assert.Empty((await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)))).Runs);
    }

    [Fact]
    public async Task Calls_OfAnActivationThatAnotherHasReplaced_AreRefused()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        await AttachAsync(rig, Second, 1);
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start))));
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => c.Positions.SettleAsync("t", epoch, PartitionRig.Start)));
        Assert.True(Assert.Single(await rig.Do(c => c.Positions.ClaimAsync([new OccurrenceClaim("t", epoch, PartitionRig.Start, null)]))).IsStale);
    }

    /// <summary>The two do not take turns: what each of them does while it has the task, the other does not know.</summary>
    [Fact]
    public async Task Attach_OfAnActivationThatAnotherHasReplaced_IsRefusedForGood()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t");
        var first = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var second = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        Assert.True(second.Term > first.Term);
        await Assert.ThrowsAsync<ReplacedTaskException>(() => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Term = first.Term })));

        // The other one goes on, and leaves; that does not bring the first one back.
        await rig.Do(c => c.Positions.ReserveAsync("t", second.Epoch, 8));
        await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = Second, Briefed = true, Sequence = 8 }));
        await Assert.ThrowsAsync<ReplacedTaskException>(() => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 3) with { Term = first.Term })));
    }

    /// <summary>Which activation was the last to have the task is stored: the next opening of the partition knows it.</summary>
    [Fact]
    public async Task Attach_AfterThePartitionWasOpenedAnew_IsGrantedToTheLastOwnerOnly()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t");
        var first = await before.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var second = await before.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));

        var rig = new PartitionRig(before.Storage);
        await Assert.ThrowsAsync<ReplacedTaskException>(() => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Term = first.Term })));
        Assert.Equal(second.Term, (await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 2) with { Term = second.Term }))).Term);
    }

    /// <summary>A partition that was replaced does not know it until it writes.</summary>
    [Fact]
    public async Task Reserve_OfNoNumbers_IsConfirmedByStorage()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        var records = rig.Storage.Keys.Count();
        await rig.Do(c => c.Positions.ReserveAsync("t", epoch, 0));
        Assert.True(rig.Storage.Keys.Count() > records);
    }

    [Fact]
    public async Task Attach_ToANameThatStandsForNothing_StoresNothing()
    {
        var rig = new PartitionRig();
        await rig.Do(c => c.Tasks.AttachAsync("nothing", Attachment(First, 1)));
        Assert.Equal(TaskPosition.None, rig.Core.State.Slots["nothing"].Position);
    }

    [Fact]
    public async Task Attach_FromASiloThatIsGone_IsRefused()
    {
        var rig = new PartitionRig();
        rig.Gone = [TaskRig.There];
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1) with { Silo = TaskRig.There })));
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

    private static async Task<long> AttachAsync(PartitionRig rig, Guid activation, long question)
    {
        await rig.RegisterAsync("t");
        return (await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(activation, question)))).Epoch;
    }

    private static Attachment Attachment(Guid activation, long question) => new() { Activation = activation, Silo = TaskRig.Here, Question = question };

    private static StoredRun Run(DateTimeOffset due) => new() { RunId = new RunId("t", Guid.NewGuid()), DueAt = due, Trigger = RunTrigger.Dispatch, Guarantee = RunGuarantee.AtLeastOnce };

    /// <summary>Who is answered by a timeout does not know what is wrong.</summary>
    [Fact]
    public async Task Call_WhileStorageFails_IsToldAndWhatItBeganGoesOn()
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

    /// <summary>As 670,000 tasks do with the usual limits; removing so many takes some seconds.</summary>
    [Fact]
    public async Task Clear_OfMoreThanTheJournalTakesAtATime_IsDividedAndRemovesAll()
    {
        const int Tasks = 3_000;
        var limits = new PartitionLogOptions { SegmentBytes = 2 << 10, JournalSlots = 64, FoldAfterSegments = 16 };
        var rig = new PartitionRig(limits: limits);
        await rig.Do(c => c.Registry.DefineAsync([.. Enumerable.Range(0, Tasks).Select(static n => new TaskDefinition { Name = $"t{n}", Handler = "h" })]));
        Assert.Equal(Tasks, rig.Core.State.TaskCount);

        await rig.Do(c => c.Registry.ClearAsync(Guid.NewGuid()));

        Assert.Equal(0, rig.Core.State.TaskCount);
        Assert.False(rig.Core.Keeper.IsLost);
        Assert.Equal(0, new PartitionRig(rig.Storage, limits).Core.State.TaskCount);
    }
}
