using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Tests.Unit.Partitions;

/// <summary>Tests which stored runs the owner of a task is handed, and when they are handed out again.</summary>
public sealed class HandedRunsTests
{
    private readonly PartitionRig _rig = new();

    /// <summary>Runs in a briefing that was lost are handed out again with the next one. Runs that arrived are not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attach_AfterABriefing_RepeatsRunsThatMayNotHaveArrived(bool hasArrived)
    {
        var run = await DueAsync();
        var owner = Guid.NewGuid();
        var first = await AttachAsync(owner, 1);
        Assert.Equal([run], first.Runs.Select(static r => r.RunId));
        var second = await AttachAsync(owner, 2, hasArrived ? first : null);

        Assert.Equal(hasArrived ? [] : [run], second.Runs.Select(static r => r.RunId));
    }

    [Fact]
    public async Task Attach_AnotherActivation_ReceivesRunsOfThePreviousOne()
    {
        var run = await DueAsync();
        await AttachAsync(Guid.NewGuid(), 1);

        Assert.Equal([run], (await AttachAsync(Guid.NewGuid(), 1)).Runs.Select(static r => r.RunId));
    }

    /// <summary>The run does not start on a silo that is stopping, so its first attempt is not marked.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Attach_ActivationOnAStoppingSilo_MarksNothing(bool isStopping, int attempts)
    {
        await DueAsync();
        var briefing =
            await _rig.Do(
                c => c.Tasks.AttachAsync("t",
                    new Attachment { Activation = Guid.NewGuid(), Silo = TaskRig.Here, Question = 1, IsStopping = isStopping }));

        Assert.Equal(attempts, Assert.Single(briefing.Runs).Attempts);
    }

    /// <summary>
    /// A lost answer may have handed over a run that was then cancelled. A task that starts to end cancelled runs therefore gets all of
    /// them.
    /// </summary>
    [Fact]
    public async Task Take_CancelledRuns_RepeatsThoseThatMayNotHaveArrived()
    {
        var run = await DueAsync();
        var briefing = await AttachAsync(Guid.NewGuid(), 1);
        await _rig.Do(c => c.Runs.CallOffAsync([run.Value]));
        Assert.Empty(await _rig.Do(c => c.Runs.TakeAsync("t", briefing.Epoch, null)));

        Assert.Empty(await _rig.Do(c => c.Runs.TakeAsync("t", briefing.Epoch, Guid.Empty)));
        Assert.Equal([run], (await _rig.Do(c => c.Runs.TakeAsync("t", briefing.Epoch, null))).Select(static r => r.RunId));
        Assert.Empty(await _rig.Do(c => c.Runs.TakeAsync("t", briefing.Epoch, null)));
    }

    /// <summary>Nobody reads the answer to a duplicate message, so that answer hands nothing over.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_ReceivedTwice_TransfersNothing(bool isParked)
    {
        await _rig.RegisterAsync("t");
        var owner = Guid.NewGuid();
        var briefing = await AttachAsync(owner, 1);
        var run = new StoredRun
        {
            RunId = new RunId("t", Guid.NewGuid()),
            DueAt = isParked ? PartitionRig.Start : PartitionRig.Start.AddMinutes(2),
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtLeastOnce,
            Generation = briefing.Entry!.Generation,
        };
        var parked = run with { DueAt = PartitionRig.Start.AddMinutes(2), EndedAttempts = 1 };
        Assert.Equal(isParked, (await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run))).IsHanded);
        if (isParked)
        {
            // The partition takes the run back until it is due. The task does not know that, so it asks again and repeats the message.
            await _rig.Do(c => c.Runs.ParkAsync(briefing.Epoch, parked));
            briefing = await AttachAsync(owner, 2);
            Assert.Empty(briefing.Runs);
            await _rig.Do(c => c.Runs.ParkAsync(briefing.Epoch, parked));
            _rig.Clock.Advance(TimeSpan.FromMinutes(2));
        }
        else
        {
            _rig.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.False((await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run))).IsHanded);
        }

        _rig.Turns.Run();
        Assert.NotEmpty(_rig.Task.CallsOf("WakeAsync"));
        Assert.Equal([run.RunId], (await AttachAsync(owner, 3, briefing)).Runs.Select(static r => r.RunId));
        Assert.True((await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run))).IsHanded);
    }

    /// <summary>
    /// The owner would have started the run. Its successor does not know the run before it is due, so the partition must wake the task.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Park_OwnerLeaves_WakesTheTaskWhenTheRunIsDue(bool isLost)
    {
        await _rig.RegisterAsync("t");
        var owner = Guid.NewGuid();
        var briefing = await AttachAsync(owner, 1);
        var run = new StoredRun
        {
            RunId = new RunId("t", Guid.NewGuid()),
            DueAt = PartitionRig.Start,
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtLeastOnce,
            Generation = briefing.Entry!.Generation
        };
        await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run));
        await _rig.Do(
            c => c.Runs.ParkAsync(briefing.Epoch,
                run with { DueAt = PartitionRig.Start.AddHours(1), Wait = TimeSpan.FromHours(1), EndedAttempts = 1 }));
        if (isLost)
        {
            Assert.Empty((await AttachAsync(Guid.NewGuid(), 1)).Runs);
        }
        else
        {
            await _rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = owner, Briefed = true, Term = briefing.Term }));
        }

        _rig.Turns.Run();
        var before = _rig.Task.CallsOf("WakeAsync").Count();
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        _rig.Turns.Run();
        Assert.True(_rig.Task.CallsOf("WakeAsync").Count() > before);
    }

    /// <summary>
    /// The result must still reach the history. Its due time no longer matters, since the clock may have been wrong when the run ended.
    /// </summary>
    [Fact]
    public async Task Attach_RunEndedBeforeItIsDue_ReturnsItsResult()
    {
        await _rig.RegisterAsync("t");
        var briefing = await AttachAsync(Guid.NewGuid(), 1);
        _rig.Clock.Advance(TimeSpan.FromMinutes(5));
        var run = new StoredRun
        {
            RunId = new RunId("t", Guid.NewGuid()),
            DueAt = PartitionRig.Start.AddMinutes(5),
            Trigger = RunTrigger.Dispatch,
            Generation = briefing.Entry!.Generation
        };
        await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run));
        await _rig.Do(
            c => c.Runs.FinishAsync("t", briefing.Epoch,
                [new TaskResult { RunId = run.RunId, Status = RunStatus.Succeeded, Trigger = RunTrigger.Dispatch }]));
        await _rig.Do(static c => c.CloseAsync());

        var rig = new PartitionRig(_rig.Storage);
        var next =
            await rig.Do(c => c.Tasks.AttachAsync("t", new Attachment { Activation = Guid.NewGuid(), Silo = TaskRig.Here, Question = 1 }));
        Assert.Equal(RunStatus.Succeeded, Assert.Single(next.Runs).Result?.Status);
    }

    /// <summary>Stores a repeatable run that is due when its activation has left.</summary>
    private async Task<RunId> DueAsync()
    {
        await _rig.RegisterAsync("t");
        var before = Guid.NewGuid();
        var briefing = await AttachAsync(before, 1);
        var run = new StoredRun
        {
            RunId = new RunId("t", Guid.NewGuid()),
            DueAt = PartitionRig.Start.AddMinutes(1),
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtLeastOnce,
            Generation = briefing.Entry!.Generation
        };
        await _rig.Do(c => c.Runs.AddAsync(briefing.Epoch, run));
        await _rig.Do(c => c.Tasks.DetachAsync("t", new Departure { Activation = before, Briefed = true, Term = briefing.Term }));
        _rig.Clock.Advance(TimeSpan.FromMinutes(2));
        return run.RunId;
    }

    private Task<Briefing> AttachAsync(Guid activation, long question, Briefing? last = null) =>
        _rig.Do(
            c => c.Tasks.AttachAsync("t",
                new Attachment
                {
                    Activation = activation,
                    Silo = TaskRig.Here,
                    Question = question,
                    Briefing = last?.Number ?? 0,
                    Epoch = last?.Epoch ?? 0,
                    Term = last?.Term ?? 0
                }));
}
