using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Running;
using static OrleansTasks.Tests.Unit.PartitionRig;

namespace OrleansTasks.Tests.Unit;

/// <summary>Which activation of a task a partition takes for its owner, and what it does with calls that are late, doubled or of activations that are no more.</summary>
public sealed class TaskOwnershipTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

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

    [Fact]
    public async Task Attach_ToANameThatStandsForNothing_StoresNothing()
    {
        var rig = new PartitionRig();
        await rig.Do(c => c.Tasks.AttachAsync("nothing", Attachment(First, 1)));
        Assert.Equal(TaskPosition.None, rig.Core.State.Slots["nothing"].Position);
    }

    /// <summary>The term of its first owner counts from its registration on: the second one would take itself for the first, to whom no late message can come.</summary>
    [Fact]
    public async Task Attach_ToANameThatIsRegisteredLater_CountsItsFirstOwner()
    {
        var rig = new PartitionRig();
        var nothing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        await rig.RegisterAsync("t");
        var first = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Briefing = nothing.Number, Epoch = nothing.Epoch, Term = nothing.Term }));
        var second = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        Assert.Equal((0, 1, 2), (nothing.Term, first.Term, second.Term));
    }

    [Fact]
    public async Task Attach_FromASiloThatIsGone_IsRefused()
    {
        var rig = new PartitionRig();
        rig.Gone = [TaskRig.There];
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1) with { Silo = TaskRig.There })));
    }
}
