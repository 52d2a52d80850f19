using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Running;
using static OrleansTasks.Tests.Unit.PartitionRig;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests which activation of a task a partition accepts as its owner, and how it handles late, duplicate and obsolete calls.
/// </summary>
public sealed class TaskOwnershipTests
{
    private static readonly Guid First = Guid.NewGuid();
    private static readonly Guid Second = Guid.NewGuid();

    /// <summary>
    /// The first request and the departure of an activation arrived a second time, late, after the partition was opened again. It then gave
    /// out numbers that the successor had used.
    /// </summary>
    [Fact]
    public async Task Detach_LateActivation_DoesNotReuseNumbers()
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

        // The task has no owner now, so the partition must look after its occurrences again.
        Assert.NotNull(rig.Core.State.Slots["t"].HeapDue);
        var next = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Guid.NewGuid(), 1)));
        Assert.Equal((8, true), (next.Sequence, next.MayHaveOrphans));
    }

    /// <summary>
    /// The activation's silo was declared dead and still ran. Its successor had already finished the same occurrence. Taking back the run
    /// would give it two results.
    /// </summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Leave_ReplacedActivation_RestoresNoRun(bool isPart, bool isOpenedAnew)
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

        // The partition accepts the run from the successor.
        await rig.Do(
            c => c.Tasks.DetachAsync("t", new Departure { Activation = Second, Briefed = true, Term = second.Term, Runs = [run] }));
        Assert.NotNull(await rig.Do(c => c.Runs.FindAsync(run.RunId)));
    }

    /// <summary>
    /// A request of an activation that had left arrived a second time, late, after the partition was opened again. The task then had an
    /// owner that no longer existed, and nobody woke it.
    /// </summary>
    [Fact]
    public async Task Attach_RequestPossiblyOlderThanThePartition_IsRepeated()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t");
        await before.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(before.Storage);
        var question = Attachment(First, 1) with { Met = Guid.Empty };
        var asked = await Assert.ThrowsAsync<UnmetPartitionException>(() => rig.Do(c => c.Tasks.AttachAsync("t", question)));
        Assert.Equal(TaskSlot.Ownership.Unknown, rig.Core.State.Slots["t"].Owner);

        // A request with the partition's name was sent after the opening. Later requests come from a known activation.
        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", question with { Met = asked.Partition }));
        Assert.Equal(1, briefing.Number);
        await rig.Do(
            c => c.Tasks.AttachAsync("t", question with { Question = 2, Term = briefing.Term, Briefing = 1, Epoch = briefing.Epoch }));

        // No message is delayed for this long. None can be older than a partition's first opening either.
        rig.Clock.Advance(RememberedIds.Kept);
        await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1) with { Met = Guid.Empty }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Attach_AfterAClusterRestart_IsRepeatedIfOtherSilosExist(bool isAlone, bool isAsked)
    {
        var rig = new PartitionRig(isAlone: isAlone);
        var attaching = rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1) with { Met = Guid.Empty }));
        Assert.Equal(isAsked, await Record.ExceptionAsync(() => attaching) is UnmetPartitionException);
    }

    /// <summary>The activation's first request was delayed. Meanwhile it asked again, got an answer, and left or was replaced.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attach_EndedActivation_IsRejected(bool hasLeft)
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

    /// <summary>A delayed request arrives after a later one. Nobody would take the runs that its answer hands over.</summary>
    [Fact]
    public async Task Attach_EarlierRequest_TransfersNothing()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 2);
        var run = Run(PartitionRig.Start.AddSeconds(30));
        await rig.Do(c => c.Runs.AddAsync(epoch, run));
        await Assert.ThrowsAsync<StaleTaskException>(() => AttachAsync(rig, First, 1));

        var briefing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 3)));
        Assert.Equal(run.RunId, Assert.Single(briefing.Runs).RunId);
    }

    /// <summary>
    /// A late request attached the activation after the partition was opened again. The number of its last briefing from an earlier
    /// attachment happened to be the same.
    /// </summary>
    [Fact]
    public async Task Attach_BriefingNumberOfAnotherEpoch_TransfersTheRunsAgain()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, Second, 1);
        var run = await rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start.AddSeconds(30))));
        var late = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        Assert.Equal(run.RunId, Assert.Single(late.Runs).RunId);

        var briefing =
            await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Briefing = late.Number, Epoch = late.Epoch - 1 }));
        Assert.Equal(run.RunId, Assert.Single(briefing.Runs).RunId);
        Assert.Empty(
            (await rig.Do(
                c => c.Tasks.AttachAsync("t", Attachment(First, 3) with { Briefing = briefing.Number, Epoch = briefing.Epoch }))).Runs);
    }

    [Fact]
    public async Task Calls_ByAReplacedActivation_AreRejected()
    {
        var rig = new PartitionRig();
        var epoch = await AttachAsync(rig, First, 1);
        await AttachAsync(rig, Second, 1);
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => c.Runs.AddAsync(epoch, Run(PartitionRig.Start))));
        await Assert.ThrowsAsync<StaleTaskException>(() => rig.Do(c => c.Positions.SettleAsync("t", epoch, PartitionRig.Start)));
        Assert.True(
            Assert.Single(await rig.Do(c => c.Positions.ClaimAsync([new OccurrenceClaim("t", epoch, PartitionRig.Start, null)]))).IsStale);
    }

    /// <summary>Two activations do not own the task in turns, since neither knows what the other does while it owns the task.</summary>
    [Fact]
    public async Task Attach_ReplacedActivation_IsRejectedPermanently()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t");
        var first = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var second = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        Assert.True(second.Term > first.Term);
        await Assert.ThrowsAsync<ReplacedTaskException>(
            () => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Term = first.Term })));

        // The successor continues and then leaves. The first activation does not become the owner again.
        await rig.Do(c => c.Positions.ReserveAsync("t", second.Epoch, 8));
        await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = Second, Briefed = true, Sequence = 8 }));
        await Assert.ThrowsAsync<ReplacedTaskException>(
            () => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 3) with { Term = first.Term })));
    }

    /// <summary>The partition stores which activation owned the task last, so it knows this after it is opened again.</summary>
    [Fact]
    public async Task Attach_PartitionReopened_IsGrantedToTheLastOwnerOnly()
    {
        var before = new PartitionRig();
        await before.RegisterAsync("t");
        var first = await before.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        var second = await before.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));

        var rig = new PartitionRig(before.Storage);
        await Assert.ThrowsAsync<ReplacedTaskException>(
            () => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 2) with { Term = first.Term })));
        Assert.Equal(second.Term, (await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 2) with { Term = second.Term }))).Term);
    }

    [Fact]
    public async Task Attach_UnknownName_StoresNothing()
    {
        var rig = new PartitionRig();
        await rig.Do(c => c.Tasks.AttachAsync("nothing", Attachment(First, 1)));
        Assert.Equal(TaskPosition.None, rig.Core.State.Slots["nothing"].Position);
    }

    /// <summary>
    /// Terms count from the registration. Otherwise the second owner would take itself for the first, which no late message can reach.
    /// </summary>
    [Fact]
    public async Task Attach_ToANameThatIsRegisteredLater_CountsItsFirstOwner()
    {
        var rig = new PartitionRig();
        var nothing = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1)));
        await rig.RegisterAsync("t");
        var first =
            await rig.Do(
                c => c.Tasks.AttachAsync("t",
                    Attachment(First, 2) with { Briefing = nothing.Number, Epoch = nothing.Epoch, Term = nothing.Term }));
        var second = await rig.Do(c => c.Tasks.AttachAsync("t", Attachment(Second, 1)));
        Assert.Equal((0, 1, 2), (nothing.Term, first.Term, second.Term));
    }

    [Fact]
    public async Task Attach_FromALostSilo_IsRejected()
    {
        var rig = new PartitionRig();
        rig.Gone = [TaskRig.There];
        await Assert.ThrowsAsync<PartitionMovedException>(
            () => rig.Do(c => c.Tasks.AttachAsync("t", Attachment(First, 1) with { Silo = TaskRig.There })));
    }
}
