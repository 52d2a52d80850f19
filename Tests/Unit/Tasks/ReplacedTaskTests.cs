using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests two activations of one task, which exist while a silo that was declared dead still runs: what the earlier one does, and what it
/// leaves to the later one.
/// </summary>
public sealed class ReplacedTaskTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Activation_Replaced_LeavesAndTransfersEndedRuns()
    {
        var rig = new TaskRig();
        var run = await DispatchAsync(rig, RunGuarantee.AtLeastOnce);
        Replace(rig);
        rig.End(Assert.Single(rig.Started));
        Assert.True(rig.HasLeftMemory);

        await rig.LeaveAsync();
        Assert.Equal(run, ((HeldRun)Assert.Single(rig.Reporter.CallsOf("Add"))[0]!).Order.RunId);
    }

    /// <summary>The silo has executed the run and reported its end to another activation. After that it no longer knows the run.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Order_UnknownToTheSilo_IsRepeatedByTheOwnerOnly(bool isReplaced, int started)
    {
        var rig = new TaskRig { HasPlace = false, Silos = [TaskRig.Here, TaskRig.There] };
        rig.Runner.On("StartAsync", static _ => new TaskCompletionSource<bool>().Task)
            .On("SettleAsync", static _ => Task.FromResult(false));
        await DispatchAsync(rig, RunGuarantee.AtMostOnce);
        rig.HasPlace = true;
        if (isReplaced)
        {
            Replace(rig);
        }

        rig.Pass(2 * Second);
        rig.Pass(Second);
        Assert.NotEmpty(rig.Runner.CallsOf("SettleAsync"));
        Assert.Equal(started, rig.Started.Count);
    }

    /// <summary>
    /// Another activation may get a report of the first attempt, even much later. It then finds the run with its stored state.
    /// </summary>
    [Fact]
    public async Task NextAttempt_AwaitedAtMostOnceRun_IsRecordedBeforeItStarts()
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2 } });
        var granted = new TaskCompletionSource<bool>();
        rig.Partition.On("MarkStartedAsync", _ => granted.Task);
        var told = rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        rig.End(Assert.Single(rig.Started), RunStatus.Failed);
        var stored = (StoredRun)Assert.Single(rig.Partition.CallsOf("ParkRunAsync"))[1]!;
        Assert.Equal((RunTrigger.Request, 1, 1), (stored.Trigger, stored.Attempts, stored.EndedAttempts));

        rig.Pass(2 * Second);
        Assert.Equal(2, Assert.Single(rig.Partition.CallsOf("MarkStartedAsync"))[2]);
        Assert.Single(rig.Started);

        granted.SetResult(true);
        rig.Turns.Run();
        rig.End(rig.Started[1]);
        Assert.True(told.IsCompletedSuccessfully);
        Assert.Equal(RunStatus.Succeeded, (await told)!.Status);
    }

    /// <summary>
    /// The partition is being opened. Until then, an earlier activation that still runs may write a result that nobody else has.
    /// </summary>
    [Fact]
    public async Task Activation_WaitingForItsPartition_DoesNotReadUnfinishedWrites()
    {
        var before = new TaskRig();
        var rig = new TaskRig(storage: before.Storage);
        rig.Partition.On("AttachAsync", static _ => Task.FromException<Briefing>(new PartitionMovedException("It is being opened.")));
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Do(c => c.WakeAsync()));
        rig.Pass(5 * Second);

        before.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask()).Ignore();
        before.End(Assert.Single(before.Started));
        before.Pass(Second);

        rig.Partition.On("AttachAsync",
            _ => Task.FromResult(new Briefing { Number = 1, Epoch = 1, Entry = rig.Entry, Started = true, Sequence = 8, Now = rig.Now }));
        Assert.Single((await rig.Do(c => c.Queries.HistoryAsync(0, 10))).Results);
    }

    /// <summary>Another activation may have the run too.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public void NextAttempt_OfAnAwaitedRun_IsStartedByTheOwnerOnly(bool isReplaced, int started)
    {
        var rig = new TaskRig(new TaskOptions { Retry = new RetryPolicy { MaxAttempts = 2 } });
        rig.Do(c => c.Requests.BeginAsync(TaskRig.Request()).AsTask());
        if (isReplaced)
        {
            Replace(rig);
        }

        rig.End(Assert.Single(rig.Started), RunStatus.Failed);
        rig.Pass(2 * Second);
        Assert.Equal((started, isReplaced), (rig.Started.Count, rig.HasLeftMemory));
    }

    /// <summary>
    /// A group tells the activation that another one has asked for its run's place. The activation used to ask again four times a second
    /// for the rest of its life.
    /// </summary>
    [Fact]
    public async Task Activation_SuccessorReportedByAGroup_Leaves()
    {
        var rig = new TaskRig(new TaskOptions { Group = "g" });
        rig.Group.On(nameof(IRunGroupEngine.AcquireAsync), _ =>
        {
            Replace(rig);
            return Task.FromException<bool>(new StaleTaskException("t"));
        });
        await DispatchAsync(rig, RunGuarantee.AtLeastOnce);
        Assert.True(rig.HasLeftMemory);
        rig.Pass(10 * Second);
        Assert.Single(rig.Group.CallsOf(nameof(IRunGroupEngine.AcquireAsync)));
        Assert.Empty(rig.Started);
    }

    [Fact]
    public async Task Report_UnknownRun_IsAcceptedByTheOwnerOnly()
    {
        var rig = new TaskRig();
        await rig.Do(c => c.WakeAsync());
        Replace(rig);
        await Assert.ThrowsAsync<PartitionMovedException>(() => rig.Do(c => c.Remote.TakeReportAsync(Order(rig), Succeeded(rig))));
        Assert.True(rig.HasLeftMemory);
    }

    /// <summary>
    /// A silo still reports a run whose end an earlier activation has stored. It may learn that the report was accepted, and then does not
    /// repeat it.
    /// </summary>
    [Fact]
    public async Task Briefing_EndOfAnAdoptedRun_EndsIt()
    {
        var rig = new TaskRig();
        var order = Order(rig);
        var stored = new StoredRun
        {
            RunId = order.RunId,
            DueAt = rig.Now,
            Trigger = RunTrigger.Dispatch,
            Guarantee = RunGuarantee.AtLeastOnce,
            Attempts = 1
        };
        rig.Runner.On("HoldingAsync", _ => Task.FromResult<IReadOnlyList<HeldRun>>([new HeldRun(order, rig.Now, false)]));
        rig.Briefs = b =>
            b with
            {
                MayHaveOrphans = true,
                Runs = [
                    stored with
                    {
                        Result = new TaskResult { RunId = order.RunId, Status = RunStatus.Failed, Error = "stored", FinishedAt = rig.Now }
                    }]
            };
        await rig.Do(c => c.WakeAsync());
        var result = (await rig.Do(c => c.Requests.WaitAsync(order.RunId)))!;
        Assert.Equal((RunStatus.Failed, "stored"), (result.Status, result.Error));
    }

    /// <summary>An earlier activation has accepted the end of the run, and is gone.</summary>
    [Theory]
    [InlineData("AtMostOnce", 0)]
    [InlineData("AtLeastOnce", 1)]
    public async Task AdoptedRun_UnknownToItsSilo_IsLostOrRepeated(string guarantee, int started)
    {
        var rig = new TaskRig { Briefs = static b => b with { MayHaveOrphans = b.Number == 1 } };
        var order = Order(rig) with { Guarantee = Enum.Parse<RunGuarantee>(guarantee) };
        IReadOnlyList<HeldRun> held = [new HeldRun(order, rig.Now, false)];
        rig.Runner.On("HoldingAsync", _ => Task.FromResult(held));
        await rig.Do(c => c.WakeAsync());
        rig.Pass(11 * Second);
        Assert.Equal(RunStatus.Running, (await rig.Do(c => c.Queries.GetRunAsync(order.RunId)))!.Status);

        // A single empty answer may come from a moment in which the run is handed over.
        held = [];
        rig.Pass(5 * Second);
        Assert.Equal(RunStatus.Running, (await rig.Do(c => c.Queries.GetRunAsync(order.RunId)))!.Status);

        rig.Pass(5 * Second);
        rig.Pass(Second);
        Assert.Equal(started, rig.Started.Count);
        if (started == 0)
        {
            Assert.Equal(RunStatus.Lost, (await rig.Do(c => c.Requests.WaitAsync(order.RunId)))!.Status);
        }
    }

    /// <summary>
    /// Both activations have executed the repeatable occurrence. The earlier one stored its result before the later one read the history.
    /// </summary>
    [Fact]
    public async Task Occurrence_ResultStoredByAnEarlierActivation_HasOnlyThatResult()
    {
        var before = Scheduled(null);
        before.Pass(50 * Second);
        before.End(Assert.Single(before.Started));
        before.Pass(Second);

        var rig = Scheduled(before.Storage);
        rig.Pass(50 * Second);
        await rig.Do(c => c.Queries.HistoryAsync(0, 10));
        rig.End(Assert.Single(rig.Started), RunStatus.Failed);
        Assert.Equal(RunStatus.Succeeded, Assert.Single((await rig.Do(c => c.Queries.HistoryAsync(0, 10))).Results).Status);

        static TaskRig Scheduled(MemoryStorage? storage)
        {
            var rig = new TaskRig(new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce },
                TaskSchedule.Every(TimeSpan.FromMinutes(1), TaskRig.Start), storage)
            {
                Briefs = b =>
                    b with { Given = b.Number == 1 ? TaskRig.Start.AddMinutes(1) : null, Awake = true, Sequence = storage is null ? 0 : 8 },
            };
            rig.Do(c => c.WakeAsync());
            return rig;
        }
    }

    private static Task<RunId> DispatchAsync(TaskRig rig, RunGuarantee guarantee) =>
        rig.Do(c =>
            c.StoredRequests.DispatchAsync(
                new DispatchRequest { Id = Guid.NewGuid(), Options = new DispatchOptions { Guarantee = guarantee } }));

    /// <summary>Attaches another activation in place of this one.</summary>
    private static void Replace(TaskRig rig) => rig.Partition
        .On("AttachAsync", static _ => Task.FromException<Briefing>(new ReplacedTaskException("t")))
        .On("FinishAsync", static _ => Task.FromException(new StaleTaskException("t")))
        .On("ParkRunAsync", static _ => Task.FromException(new StaleTaskException("t")))
        .On("ReserveAsync", static _ => Task.FromException(new StaleTaskException("t")));

    private static RunOrder Order(TaskRig rig) => new()
    {
        RunId = RunId.New("t", rig.Clock),
        Handler = "h",
        Arguments = TaskArguments.None,
        Attempt = 1,
        ScheduledAt = rig.Now,
        Trigger = RunTrigger.Dispatch,
        Guarantee = RunGuarantee.AtLeastOnce,
    };

    private static RunOutcome Succeeded(TaskRig rig) => new() { Status = RunStatus.Succeeded, StartedAt = rig.Now, FinishedAt = rig.Now };
}
