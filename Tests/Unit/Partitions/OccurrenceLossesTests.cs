using OrleansTasks.Calls;
using OrleansTasks.Partitions;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests repeatable occurrences that end their silos. Their losses count although nothing is written before they start.</summary>
public sealed class OccurrenceLossesTests
{
    private static readonly DateTimeOffset Now = PartitionRig.Start;
    private static readonly TaskOptions Repeated = new() { Guarantee = RunGuarantee.AtLeastOnce };
    private static readonly TaskEntry Entry = new()
    {
        Name = "t",
        Handler = "h",
        Options = Repeated,
        Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(1), Now),
        Anchor = Now
    };
    private Guid _activation;

    public static TheoryData<string, int?, int?, int, int> Owed => new()
    {
        // Columns: the case, the last instant that may have started, the first unsettled one, the losses before, the losses after. Times in
        // seconds from now.
        { "none has begun", null, -1, 0, 0 },
        { "it may have begun", -1, -1, 0, 1 },
        { "it may have begun, not for the first time", 10, -2, 2, 3 },
        { "it is due later than the last one that may have begun", -5, -1, 1, 1 },
        { "it is not due yet", 10, 5, 1, 1 },
        { "none is owed", 10, null, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Owed))]
    public void TakeOver_PossiblyStartedOccurrence_CountsALoss(string what, int? begun, int? owed, int before, int after)
    {
        var position = new TaskPosition(0, MayHaveBegun: At(begun), Losses: before);

        var taken = OccurrenceLosses.TakeOver(position, Entry, At(owed), Now);

        Assert.True(taken.Losses == after, what);
        Assert.Equal(At(owed) is { } given ? given > Now + OccurrenceLosses.Window ? given : Now + OccurrenceLosses.Window : null,
            taken.MayHaveBegun);
    }

    [Fact]
    public void Through_OnlyRepeatableOccurrences_HasAnInstant()
    {
        Assert.Equal(Now.AddMinutes(1), OccurrenceLosses.Through(Entry, Now.AddMinutes(1), Now));
        Assert.Equal(Now + OccurrenceLosses.Window, OccurrenceLosses.Through(Entry, Now.AddSeconds(1), Now));
        Assert.Null(OccurrenceLosses.Through(Entry, null, Now));
        Assert.Null(OccurrenceLosses.Through(null, Now, Now));
        Assert.Null(OccurrenceLosses.Through(Entry with { Options = null }, Now, Now));
        Assert.Null(OccurrenceLosses.Through(Entry with { Options = Repeated with { MaxLosses = 1 } }, Now, Now));
        Assert.Null(OccurrenceLosses.Through(Entry with { State = TaskState.Paused }, Now, Now));
    }

    /// <summary>Messages to the partition carry the mark anyway. A stored result ends the series of losses.</summary>
    [Fact]
    public void Keep_OwnersReport_NeverGoesBackAndClearsLossesAfterAResult()
    {
        var position = new TaskPosition(0, History: 5, MayHaveBegun: Now, Losses: 2);

        Assert.Same(position, position.Keep(new StoredMarks(5, 0, Now.AddSeconds(-1))));
        Assert.Equal((Now.AddSeconds(1), 2),
            position.Keep(new StoredMarks(5, 0, Now.AddSeconds(1))) is var later ? (later.MayHaveBegun!.Value, later.Losses) : default);
        Assert.Equal(0, position.Keep(new StoredMarks(6, 0)).Losses);
        Assert.Null(position.Leave(hasOrphans: false).MayHaveBegun);
        Assert.Same(position, position.Leave(hasOrphans: true));
    }

    /// <summary>The mark costs no write of its own. The first one goes with the write that stores the new owner.</summary>
    [Fact]
    public async Task Attach_AfterALostOwner_ReportsPossiblyStartedOccurrences()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromSeconds(20), Now), Repeated);
        Assert.Null((await AttachAsync(rig)).MayHaveBegun);

        for (var losses = 1; losses <= 3; losses++)
        {
            rig = new PartitionRig(rig.Storage);
            rig.Clock.SetUtcNow(Now.AddSeconds(20 * losses + 1));
            var briefing = await AttachAsync(rig);
            Assert.Equal((losses, Now.AddSeconds(20)), (briefing.Losses, briefing.Given!.Value));
            Assert.True(briefing.MayHaveBegun >= briefing.Given);
        }

        // A change of the task may have fixed the cause.
        await rig.Do(
            c => c.Registry.SetStateAsync("t", rig.Core.State.Slots["t"].Last!.Epoch, TaskState.Paused, null, null, null, false,
                Guid.Empty));
        Assert.Equal(0, rig.Core.State.Slots["t"].Position.Losses);
    }

    [Fact]
    public async Task Attach_AfterAGracefulOwner_CountsNoLoss()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromSeconds(20), Now), Repeated);
        var first = await AttachAsync(rig);
        await rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = _activation, Briefed = true, Term = first.Term }));

        rig = new PartitionRig(rig.Storage);
        rig.Clock.SetUtcNow(Now.AddSeconds(21));
        var briefing = await AttachAsync(rig);
        Assert.Equal((0, null), (briefing.Losses, briefing.MayHaveBegun));
    }

    /// <summary>
    /// The owner of a task with a distant next occurrence gets it without a write. The owner's message before that occurrence contains the
    /// mark.
    /// </summary>
    [Fact]
    public async Task Settle_NextOccurrenceFarAway_RecordsIt()
    {
        var rig = new PartitionRig();
        await rig.RegisterAsync("t", TaskSchedule.Every(TimeSpan.FromHours(1), Now), Repeated);
        var briefing = await AttachAsync(rig);
        await rig.Do(c => c.Positions.SettleAsync("t", briefing.Epoch, Now));
        Assert.Equal(Now.AddHours(1), rig.Core.State.Slots["t"].Position.MayHaveBegun);
    }

    private Task<Briefing> AttachAsync(PartitionRig rig)
    {
        _activation = Guid.NewGuid();
        return rig.Do(c => c.Tasks.AttachAsync("t", new Attachment { Activation = _activation, Silo = TaskRig.Here, Question = 1 }));
    }

    private static DateTimeOffset? At(int? seconds) => seconds is { } n ? Now.AddSeconds(n) : null;
}
